#include "console/api/endpoints/queue_message.h"

#include <string>

#include "base/text.h"
#include "queue/letters/message_content.h"
#include "queue/spool/dead_letters.h"

namespace penstock::console {

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
  writer.member_or_null("class", content.job_class);
  writer.member_or_null("jid", content.jid);
  writer.member_or_null("fault", content.fault);
}

}  // namespace penstock::console
