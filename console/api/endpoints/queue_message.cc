#include "console/api/endpoints/queue_message.h"

#include <string>

#include "base/text.h"
#include "queue/letters/message_content.h"
#include "queue/spool/dead_letters.h"

namespace penstock::console {
namespace {

void write_text_or_null(json::Writer& writer, std::string_view name, std::string_view text) {
  writer.key(name);
  if (text.empty()) {
    writer.null();
  } else {
    writer.value(text);
  }
}

}  // namespace

void write_known_time(json::Writer& writer, std::string_view name, std::int64_t at_ms) {
  writer.key(name);
  if (at_ms > 0) {
    writer.value(at_ms);
  } else {
    writer.null();
  }
}

void write_message(json::Writer& writer, std::string_view message, const MessageLimits& limits,
                   std::int64_t now_ms) {
  const std::string_view shown = message.substr(0, limits.message_bytes);
  bool is_cut = shown.size() < message.size();
  std::string base64;
  queue::append_base64(base64, shown);
  std::string events;
  std::size_t count = 0;
  const auto content = queue::read_message(message, now_ms, [&](const event::Record& record) {
    if (count == limits.events || events.size() > limits.event_bytes) {
      is_cut = true;
      return;
    }
    if (count++ > 0) events += ',';
    queue::append_event_json(record, events);
  });

  writer.member("bytes", message.size());
  writer.member("message", std::string_view(base64));
  writer.member("truncated", is_cut);
  writer.member("form", queue::to_text(content.form));
  writer.key("events").raw(str_cat("[", events, "]"));
  writer.member("total_events", content.events);
  write_text_or_null(writer, "class", content.job_class);
  write_text_or_null(writer, "jid", content.jid);
  write_text_or_null(writer, "fault", content.fault);
}

}  // namespace penstock::console
