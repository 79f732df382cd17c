#include "cli/text/queue_text.h"

#include <algorithm>

#include "base/text.h"
#include "cli/text/format.h"
#include "cli/text/row_text.h"
#include "event/row.h"
#include "json/writer.h"
#include "queue/letters/message_content.h"
#include "queue/spool/dead_letters.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kPreviewBytes = 120;
constexpr std::size_t kReasonBytes = 200;
constexpr std::size_t kOriginBytes = 60;
// People page through events with --json; a screen holds a few.
constexpr std::uint64_t kEventLinesMax = 20;

using Form = queue::MessageContent::Form;

std::string time_text(std::int64_t at_ms) {
  std::string text;
  if (at_ms > 0) append_rfc3339(text, at_ms);
  return text.empty() ? "-" : text;
}

std::string what_text(const queue::MessageContent& content) {
  switch (content.form) {
    case Form::kBatch:
      return str_cat("batch of ", content.events, content.events == 1 ? " event" : " events");
    case Form::kJob:
      return str_cat("job ", for_terminal(utf8_prefix(content.job_class, kOriginBytes)), " ",
                     for_terminal(utf8_prefix(content.jid, kOriginBytes)));
    case Form::kUnknown:
      break;
  }
  return content.events > 0 ? "job" : "unknown";
}

// The members "form" to "events", of a message that may be anything.
void write_content(json::Writer& writer, std::string_view message, std::int64_t now_ms) {
  std::string events;
  const auto content = queue::read_message(message, now_ms, [&](const event::Record& record) {
    if (!events.empty()) events += ',';
    queue::append_event_json(record, events);
  });
  writer.member("form", queue::to_text(content.form));
  if (content.form == Form::kJob) {
    writer.member("class", std::string_view(content.job_class));
    writer.member("jid", std::string_view(content.jid));
  }
  if (!content.fault.empty()) writer.member("fault", std::string_view(content.fault));
  writer.key("events").raw(str_cat("[", events, "]"));
}

}  // namespace

void append_preview(std::string_view bytes, std::string& out) {
  const std::string_view shown = utf8_prefix(bytes, kPreviewBytes);
  const bool is_utf8 = is_valid_utf8(shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto byte = static_cast<unsigned char>(shown[i]);
    const bool is_c1 = is_utf8 && byte == 0xc2 && i + 1 < shown.size() &&
                       static_cast<unsigned char>(shown[i + 1]) < 0xa0;
    if (byte == '\\') {
      out += "\\\\";
    } else if (byte < 0x20 || byte == 0x7f || is_c1 || (byte >= 0x80 && !is_utf8)) {
      for (const std::size_t end = i + (is_c1 ? 2 : 1); i < end; ++i) {
        out += "\\x";
        append_hex(out, shown.substr(i, 1));
      }
      --i;
    } else {
      out += shown[i];
    }
  }
  if (shown.size() < bytes.size()) out += "…";
}

void append_message_text(const queue::WaitingMessage& message, std::int64_t now_ms,
                         std::string& out) {
  std::string events;
  std::uint64_t lines = 0;
  const auto content =
      queue::read_message(message.message, now_ms, [&](const event::Record& record) {
        if (++lines > kEventLinesMax) return;
        event::Row row;
        row.record = record;
        events += "    ";
        append_row_line(row, events);
        events += '\n';
      });
  out += str_cat(what_text(content), ", ", bytes_text(message.message.size()));
  if (message.at_ms > 0) {
    const auto age_ms = std::max<std::int64_t>(now_ms - message.at_ms, 0);
    out += str_cat(", ", duration_text(static_cast<double>(age_ms) / 1000), " old");
  }
  if (!content.fault.empty()) out += str_cat(": ", for_terminal(content.fault));
  out += '\n';
  out += events;
  if (lines > kEventLinesMax) {
    out += str_cat("    and ", lines - kEventLinesMax, " more; --json shows all\n");
  }
  if (lines > 0) return;
  out += "    ";
  append_preview(message.message, out);
  out += '\n';
}

void append_message_json(const queue::WaitingMessage& message, std::int64_t now_ms,
                         std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  writer.member_or_null("at", message.at_ms);
  writer.member("bytes", message.message.size());
  write_content(writer, message.message, now_ms);
  writer.end_object();
}

void append_letter_text(const queue::StoredLetter& letter, std::string& out) {
  out += str_cat(letter.id, "  ", time_text(letter.at_ms), "  ", bytes_text(letter.message.size()),
                 "  ", for_terminal(utf8_prefix(letter.origin, kOriginBytes)), "  ",
                 for_terminal(utf8_prefix(letter.reason, kReasonBytes)), "\n    ");
  append_preview(letter.message, out);
  out += '\n';
}

void append_letter_json(const queue::StoredLetter& letter, std::int64_t now_ms, std::string& out) {
  std::string message;
  queue::append_base64(message, letter.message);
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", std::string_view(letter.id));
  writer.member_or_null("at", letter.at_ms);
  writer.member("place", letter.place);
  writer.member("origin", std::string_view(letter.origin));
  writer.member("reason", std::string_view(letter.reason));
  writer.member("bytes", letter.message.size());
  writer.member("message", std::string_view(message));
  write_content(writer, letter.message, now_ms);
  writer.end_object();
}

}  // namespace penstock::cli
