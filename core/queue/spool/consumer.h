// The spool as a consumer: reads every instance's segments, also those that are being written,
// oldest message first, and removes what it is done with.
//
// Among the streams that are open (streams.h) the one whose next message is the oldest comes first.
// What is claimed is noted in the cursor's file before it is handed out, so that the next consumer
// knows the messages with which this one died: it claims them one by one, and counts.
//
// One consumer at a time, by consumer.lock; a second one's claim() is kOverloaded until the first
// has gone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "files/file_lock.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/spool/census.h"
#include "queue/spool/cursor.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/streams.h"

namespace penstock::queue {

class SpoolConsumer final : public Consumer {
 public:
  enum class Receipts : std::uint8_t {
    kCounted,
    kNotCounted,  // For one that does not look into messages, which none of them can kill.
  };

  // Borrows `clock`. `worker` is the origin that set_aside() notes. kConfiguration or kExhausted
  // where the folder cannot be used.
  static Result<std::unique_ptr<SpoolConsumer>> make(const SpoolOptions& options,
                                                     std::string worker, const Clock& clock,
                                                     Receipts receipts = Receipts::kCounted);

  Result<Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                      std::int64_t wait_ms) override;
  Result<void> release() override;
  void give_up() override;
  Result<void> set_aside(std::string_view message, std::string_view reason) override;
  Result<QueueState> state() override;

  // Segments that could not be read and were renamed to *.bad.
  std::uint64_t bad_segments() const { return streams_.bad_segments(); }

 private:
  SpoolConsumer(const SpoolOptions& options, std::string worker, const Clock& clock,
                Receipts receipts);
  bool has_lock();
  void load_claims();
  Claim claim_now(std::size_t messages_max, std::size_t bytes_max);
  void note(Claim& claim);
  bool is_suspect(const SpoolStreams::Ready& ready) const;

  const std::string spool_;
  const std::string worker_;
  const Clock& clock_;
  const Receipts receipts_;
  std::optional<files::FileLock> lock_;
  SpoolCursor cursor_;
  SpoolStreams streams_;
  SpoolCensus census_;
  DeadLetterFile dead_letters_;
  // Those of dead consumers, until their last message is done with: the suspects.
  SpoolClaims suspects_;
  SpoolClaims claimed_;  // What is noted of the outstanding claim.
  bool has_claim_ = false;
};

}  // namespace penstock::queue
