// The queue messages of one turn of the loop: every request of the turn adds its events, all of
// them or none.
//
// One writer of the native format serves for ever; only a turn with more events than one message
// takes needs more of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/adapter.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"
#include "intake/intake_settings.h"
#include "queue/contract/queue.h"

namespace penstock::intake {

class TickBatch final : public adapter::RecordSink {
 public:
  // With kSidekiq one message an event, for this queue and class; else native batches.
  TickBatch(QueueFormat format, std::string sidekiq_queue, std::string sidekiq_class);

  // What follows belongs to one request, up to the next call.
  void begin_request(std::size_t event_bytes_max, std::int64_t now_ms);
  bool add(const event::Record& record) override;
  // Takes the request's events out again.
  void roll_back();

  // Of the request.
  std::uint32_t request_events() const { return events_ - mark_.events; }
  std::uint64_t request_bytes() const { return bytes_ - mark_.bytes; }
  // Which protocol they are of, by its name: that of the last. "" of none.
  std::string_view request_source() const { return source_; }

  // Of the turn.
  std::uint32_t events() const { return events_; }
  std::uint64_t bytes() const { return bytes_; }

  // Fills messages, events and bytes, and is empty afterwards.
  void take_into(queue::Submission& submission);

  // Where it is empty: gives back what it holds beyond `keep_bytes` a writer; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  struct Mark {
    std::size_t writer = 0;
    event::BatchWriter::Mark in_writer{};
    std::size_t jobs = 0;
    std::uint32_t events = 0;
    std::uint64_t bytes = 0;
  };
  void add_to_batch(const event::Record& record, std::size_t record_bytes);
  void add_job(const event::Record& record);

  const QueueFormat format_;
  const std::string sidekiq_queue_;
  const std::string sidekiq_class_;
  std::vector<event::BatchWriter> writers_;  // Up to current_ they are in use.
  std::size_t current_ = 0;
  std::vector<std::string> jobs_;
  std::uint32_t events_ = 0;
  std::uint64_t bytes_ = 0;
  Mark mark_;
  std::size_t event_bytes_max_ = 0;
  std::string_view source_;  // Of the request's last event: a protocol's name.
  std::int64_t now_ms_ = 0;
};

}  // namespace penstock::intake
