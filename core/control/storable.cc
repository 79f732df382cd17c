#include "control/storable.h"

#include "base/text.h"
#include "event/batch.h"
#include "event/limits.h"
#include "json/reader.h"
#include "queue/letters/message_content.h"

namespace penstock::control {
namespace {

// What is no JSON ends somewhere, and that is what whoever edits it wants to know.
std::optional<MessageFault> fault_of_json(std::string_view text) {
  json::Reader reader;
  const auto read = reader.read(text, [](json::Value& root) -> Result<void> {
    const auto raw = root.raw(event::kPropertiesDepthMax * 2);
    return raw ? Result<void>() : fail(raw.error());
  });
  if (read || !reader.failed_on_syntax()) return std::nullopt;
  return MessageFault{to_text(read.error()), reader.error_offset()};
}

}  // namespace

std::optional<MessageFault> fault_of_message(std::string_view message, std::int64_t now_ms) {
  bool has_foreign_time = false;
  const auto content = queue::read_message(message, now_ms, [&](const event::Record& record) {
    const std::int64_t at_ms = record.occurred_at_ms;
    has_foreign_time = has_foreign_time || at_ms < 0 || at_ms > event::kTimeMaxMs;
  });
  if (!content.fault.empty()) {
    const bool is_text = !event::is_native_batch(message);
    auto where = is_text ? fault_of_json(message) : std::nullopt;
    return where ? where : MessageFault{content.fault, std::nullopt};
  }
  if (has_foreign_time) {
    return MessageFault{"an event's time is outside the years 1970 to 9999", std::nullopt};
  }
  return std::nullopt;
}

}  // namespace penstock::control
