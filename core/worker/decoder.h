// From queue messages to records, whichever of the two formats each message has.
//
// One thread. Records are lent: from the message for a native batch, from the decoder for a job.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "enrich/text_arena.h"
#include "event/record.h"
#include "event/sidekiq/job.h"

namespace penstock::worker {

class Decoder {
 public:
  // Appends the message's records: all of them or, with an error that says why, none. Borrows the
  // message until clear(). Requires kReadablePadding readable bytes behind it.
  Result<void> add(std::string_view message, std::int64_t now_ms);

  const std::vector<event::Record>& records() const { return records_; }

  void clear();

 private:
  Result<void> add_batch(std::string_view message);
  Result<void> add_job(std::string_view message, std::int64_t now_ms);

  event::SidekiqJobReader jobs_;
  enrich::TextArena texts_;
  std::vector<event::Record> records_;
};

}  // namespace penstock::worker
