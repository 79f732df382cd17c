// What a message of the queue says, for people to look at. Nothing in it is trusted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "event/record.h"

namespace penstock::queue {

struct MessageContent {
  enum class Form : std::uint8_t { kBatch, kJob, kUnknown };
  Form form = Form::kUnknown;
  std::uint64_t events = 0;  // Of a batch, as many as its header says.
  std::string job_class;     // Of a job; what ActiveJob wraps, where it does.
  std::string jid;
  std::string fault;  // Why it, or the rest of it, cannot be read; "" where all of it can.
};

// "batch", "job" or "unknown".
std::string_view to_text(MessageContent::Form form);

// Calls `visit` for each event that can be read; the record's views are lent until it returns.
// `now_ms` stands in for a job's missing times. Requires kReadablePadding behind the message.
MessageContent read_message(std::string_view message, std::int64_t now_ms,
                            FunctionRef<void(const event::Record& record)> visit);

// Appends the event as a JSON object, valid also where the record's properties are none.
void append_event_json(event::Record record, std::string& out);

}  // namespace penstock::queue
