// The queue between the intake and the workers: at-least-once delivery of messages.
//
// A message is opaque bytes: a native batch or a Sidekiq job (event/batch.h, event/sidekiq/job.h).
// Two queues stand behind these interfaces, Redis and the spool, and the same contract test runs
// over both:
//   - a submission is done once, with kQueued or kSpooled only when its messages are durable;
//   - a claimed message stays in the queue until release(), also through a crash of the claimer;
//   - messages are claimed oldest first, per producer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::queue {

enum class Stored : std::uint8_t {
  kQueued,   // In the queue that is configured: Redis or, where that is it, the spool.
  kSpooled,  // Redis was not to be had: in the overflow spool, durable all the same.
  kRefused,  // Nowhere durable. The events must be answered 503.
};

// One tick's work: messages and what whoever waits for them needs to be found again.
struct Submission {
  std::uint64_t ticket = 0;
  std::vector<std::string> messages;
  std::uint32_t events = 0;
  std::uint64_t bytes = 0;  // Of all messages.
};

class ProducerListener {
 public:
  virtual ~ProducerListener() = default;
  // Once for every submission, in any order, never from within submit().
  virtual void on_done(std::uint64_t ticket, Stored outcome) = 0;
};

// What a producer can tell about itself, for readiness and metrics. Read from any thread.
struct ProducerState {
  bool has_remote = false;          // There is a queue elsewhere; false where the spool is it.
  bool is_remote_up = false;        // The queue elsewhere takes what it is sent.
  bool is_remote_evicting = false;  // It may throw away what it has acknowledged.
  bool can_store = true;            // False: spool full or failing, and no queue elsewhere.
  std::uint64_t spool_bytes = 0;
  std::uint64_t spool_bytes_max = 0;
  std::uint64_t spool_batches = 0;
  std::uint64_t spool_bad_segments = 0;  // Could not be read; a person should look at them.
  std::string last_error;                // Of the queue or the spool; "" when all is well.
};

// Submissions that may be under way at once where nothing else says how many.
inline constexpr std::size_t kSubmissionsMax = 16;

// Belongs to one loop.
class Producer {
 public:
  virtual ~Producer() = default;

  // Takes the messages. Memory is bounded by the caller (ingest.max_inflight_bytes).
  virtual void submit(Submission submission) = 0;

  // Submissions whose outcome is not known yet.
  virtual std::size_t in_flight() const = 0;

  // Whether a submission would be on its way now. Where it would only wait for others its caller
  // had better go on gathering, and ask again when the loop has turned: fewer, larger ones cost
  // less. It costs nothing to ask.
  virtual bool takes_at_once() const { return in_flight() < kSubmissionsMax; }

  virtual ProducerState state() const = 0;
};

struct Claim {
  std::vector<std::string> messages;  // Oldest first; kReadablePadding capacity behind each.
  // How often the first message has been claimed without having been released, this claim included.
  // A message that kills its worker is known by it, and becomes a dead letter. Only deaths while a
  // message was claimed alone count: after an unclean end of a claim (the process died with it) the
  // next claims hold one message each until its place is past. So one `kill -9` buries no batch.
  std::uint32_t receipts = 1;
  // Holds one message for that reason, however many there are: nobody need wait for more to gather.
  bool is_alone = false;
};

// What has killed its worker so often, alone, is not tried again: its next receipt is its last.
inline constexpr std::uint32_t kReceiptsMax = 3;

struct QueueState {
  std::uint64_t depth = 0;    // Messages, claimed ones included.
  double oldest_seconds = 0;  // Age of the oldest; 0 when empty or unknown.
};

// Blocking; belongs to one thread.
class Consumer {
 public:
  virtual ~Consumer() = default;

  // Waits up to `wait_ms` for messages and claims some, up to `bytes_max` and `messages_max` but at
  // least one; an empty claim means that none came. Requires no claim outstanding.
  // kDisconnected or kOverloaded: try again later.
  virtual Result<Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                              std::int64_t wait_ms) = 0;

  // The claim's messages are stored: removes them for good. After a failure the claim is given up
  // and its messages will be delivered again.
  virtual Result<void> release() = 0;

  // Leaves the outstanding claim's messages in the queue, as at a stop: the next claim brings them
  // again, and this one is none of their receipts. Nothing where no claim is outstanding. A
  // consumer that is destroyed with its claim dies with it, as far as receipts are concerned.
  virtual void give_up() = 0;

  // The outstanding claim is being worked on still: whoever else waits for it waits on, and does
  // not take its claimer for dead. False: another consumer has the queue by now, and what is
  // claimed comes twice. After an error the next call may do. Blocking; from one thread, which may
  // be another one than the consumer's.
  virtual Result<bool> keep() { return true; }

  // How often keep() is to be called while a claim is outstanding; 0 where a claim lasts as long as
  // its process without it.
  virtual std::int64_t keep_every_ms() const { return 0; }

  // Puts one message of the outstanding claim where people look at failures; release() follows.
  virtual Result<void> set_aside(std::string_view message, std::string_view reason) = 0;

  virtual Result<QueueState> state() = 0;
};

}  // namespace penstock::queue
