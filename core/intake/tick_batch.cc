#include "intake/tick_batch.h"

#include <utility>

#include "event/fields.h"
#include "event/limits.h"

namespace penstock::intake {
namespace {

// Writers kept between turns, each with up to two messages' memory.
constexpr std::size_t kWritersKeptMax = 2;

}  // namespace

TickBatch::TickBatch(QueueFormat format, std::string sidekiq_queue, std::string sidekiq_class)
    : format_(format),
      sidekiq_queue_(std::move(sidekiq_queue)),
      sidekiq_class_(std::move(sidekiq_class)),
      writers_(1) {}

void TickBatch::begin_request(std::size_t event_bytes_max, std::int64_t now_ms) {
  event_bytes_max_ = event_bytes_max;
  now_ms_ = now_ms;
  source_ = {};
  mark_ = Mark{current_, writers_[current_].mark(), jobs_.size(), events_, bytes_};
}

bool TickBatch::add(const event::Record& record) {
  const std::size_t record_bytes = event::bytes_of(record);
  if (record_bytes > event_bytes_max_) return false;
  if (format_ == QueueFormat::kNative) {
    add_to_batch(record, record_bytes);
  } else {
    add_job(record);
  }
  ++events_;
  source_ = record.source;
  return true;
}

void TickBatch::add_to_batch(const event::Record& record, std::size_t record_bytes) {
  const event::BatchWriter& last = writers_[current_];
  if (last.count() > 0 && (last.count() >= event::kBatchEventsMax ||
                           last.bytes() + record_bytes > event::kBatchBytesMax)) {
    if (++current_ == writers_.size()) writers_.emplace_back();
  }
  event::BatchWriter& writer = writers_[current_];
  const std::size_t before = writer.bytes();
  writer.add(record, record_bytes);
  bytes_ += writer.bytes() - before;
}

void TickBatch::add_job(const event::Record& record) {
  std::string& job = jobs_.emplace_back();
  event::append_sidekiq_job(record, {sidekiq_queue_, sidekiq_class_}, now_ms_, job);
  bytes_ += job.size();
}

void TickBatch::roll_back() {
  for (std::size_t i = mark_.writer + 1; i <= current_; ++i) writers_[i].clear();
  current_ = mark_.writer;
  writers_[current_].rollback(mark_.in_writer);
  jobs_.resize(mark_.jobs);
  events_ = mark_.events;
  bytes_ = mark_.bytes;
}

void TickBatch::take_into(queue::Submission& submission) {
  submission.events = events_;
  if (format_ == QueueFormat::kNative) {
    submission.messages.reserve(current_ + 1);
    for (std::size_t i = 0; i <= current_; ++i) {
      if (writers_[i].count() > 0) submission.messages.push_back(writers_[i].take());
      writers_[i].clear();
    }
    if (writers_.size() > kWritersKeptMax) writers_.resize(kWritersKeptMax);
  } else {
    submission.messages = std::exchange(jobs_, {});
  }
  submission.bytes = 0;
  for (const std::string& message : submission.messages) submission.bytes += message.size();
  current_ = 0;
  events_ = 0;
  bytes_ = 0;
  mark_ = Mark{0, writers_[0].mark(), 0, 0, 0};
}

std::size_t TickBatch::shrink(std::size_t keep_bytes) {
  if (events_ > 0) return 0;
  std::size_t freed = 0;
  for (event::BatchWriter& writer : writers_) freed += writer.shrink(keep_bytes);
  return freed;
}

}  // namespace penstock::intake
