// The queue's Sidekiq message: one job a record, as any Sidekiq client writes it.
//
// Written: {"class":…,"args":[{event}],"jid":…,"queue":…,"created_at":…,"enqueued_at":…,
// "retry":true}; times are floats with a decimal point, which Sidekiq 6, 7 and 8 all read right.
// Read: such jobs, plain jobs of other clients whose first argument is an object, and ActiveJob's
// wrapper (first element of its "arguments", markers dropped). An argument that is no event record
// of ours is read as a native JSON event would be: known members by name, the rest to properties.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "event/id.h"
#include "event/record.h"

namespace penstock::event {

struct SidekiqTarget {
  std::string_view queue;      // "default"
  std::string_view job_class;  // "ProcessRequestJob"
};

// Appends the job's JSON text. `now_ms` is created_at and enqueued_at. The jid is made from the
// record's id, so that a batch sent twice is recognisably the same jobs.
void append_sidekiq_job(const Record& record, const SidekiqTarget& target, std::int64_t now_ms,
                        std::string& out);

// Reads jobs. Reusable, keeps its buffers. One thread.
class SidekiqJobReader {
 public:
  SidekiqJobReader();
  ~SidekiqJobReader();

  // The record's views are lent by the reader until the next call. `now_ms` stands in for a
  // missing received_at. A record without an id gets id_of_client("", jid, …): a job delivered
  // twice is stored once. kRejected, with a step that says why, for what is no such job.
  Result<Record> read(std::string_view job, std::int64_t now_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::event
