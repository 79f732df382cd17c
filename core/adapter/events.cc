#include <algorithm>
#include <span>

#include "adapter/adapter.h"
#include "adapter/completion.h"
#include "base/text.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

enum class Format : std::uint8_t { kDocument, kLines, kUnknown };

constexpr std::string_view kDocumentTypes[] = {"application/json", "text/plain", "text/json",
                                               "application/x-json", "text/x-json"};
constexpr std::string_view kLinesTypes[] = {"application/x-ndjson",    "application/ndjson",
                                            "application/jsonl",       "application/x-jsonl",
                                            "application/jsonlines",   "application/x-jsonlines",
                                            "application/json-lines",  "application/x-json-lines",
                                            "application/ldjson",      "application/x-ldjson",
                                            "text/x-ndjson",           "text/ndjson",
                                            "application/stream+json", "text/jsonl"};
constexpr std::string_view kJsonSuffix = "+json";

std::string_view skip_white_space(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

Format format_of(std::string_view content_type, std::string_view body) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  const auto is = [&](std::string_view name) { return equals_ignoring_case(type, name); };
  const auto is_one_of = [&](std::span<const std::string_view> names) {
    return std::any_of(names.begin(), names.end(), is);
  };
  if (type.empty() || is_one_of(kDocumentTypes)) return Format::kDocument;
  if (is_one_of(kLinesTypes)) return Format::kLines;
  // "application/vnd.api+json" (RFC 6839, section 3.1).
  if (type.size() > kJsonSuffix.size() &&
      equals_ignoring_case(type.substr(type.size() - kJsonSuffix.size()), kJsonSuffix)) {
    return Format::kDocument;
  }
  // What `curl -d` says of every body.
  if (is("application/x-www-form-urlencoded") && (body.front() == '{' || body.front() == '[')) {
    return Format::kDocument;
  }
  return Format::kUnknown;
}

// The part of an error's step that is about the text: "read JSON: not a value" without its head.
std::string_view reason_of(const Error& error) {
  const std::string_view step = error.step;
  const auto colon = step.find(": ");
  return colon == std::string_view::npos ? step : step.substr(colon + 2);
}

class EventsReader {
 public:
  EventsReader(bool partial, const Origin& origin, Workspace& workspace, RecordSink& sink)
      : partial_(partial), workspace_(workspace), completion_(origin, "events", workspace, sink) {}

  Outcome read_document(std::string_view body);
  Outcome read_lines(std::string_view body);

 private:
  Result<void> take_event(json::Value& value);
  Result<void> take_line(std::size_t line, json::Value& value);
  Result<void> skip_line(std::size_t line, const Error& error);
  Result<void> reject(std::uint16_t status, std::string_view error, const std::string& problem);
  Result<void> refuse(std::uint16_t status, std::string_view error, std::string detail);
  void begin_event();
  void begin_line(std::size_t line);
  std::string place() const;

  const bool partial_;
  Workspace& workspace_;
  Completion completion_;
  Outcome outcome_;
  std::optional<Outcome> refusal_;
  std::uint32_t count_ = 0;          // Of events begun; the current one's index is one less.
  std::optional<std::size_t> line_;  // The current event's, from 0.
};

void EventsReader::begin_event() { ++count_; }

// A line may be told of twice: when its event is visited, and when its end turns out to be bad.
void EventsReader::begin_line(std::size_t line) {
  if (line_ == line) return;
  line_ = line;
  begin_event();
}

// "event 3", "event 3 (line 5)".
std::string EventsReader::place() const {
  std::string text = str_cat("event ", count_ - 1);
  if (line_) text += str_cat(" (line ", *line_ + 1, ")");
  return text;
}

Result<void> EventsReader::refuse(std::uint16_t status, std::string_view error,
                                  std::string detail) {
  refusal_ = refusal(status, error, std::move(detail));
  return fail(ErrorCode::kRejected, "read events");
}

// Refuses the request, or in a partial one just the event.
Result<void> EventsReader::reject(std::uint16_t status, std::string_view error,
                                  const std::string& problem) {
  if (!partial_) return refuse(status, error, str_cat(place(), ": ", problem));
  // A line's first fault is enough.
  if (!outcome_.rejected.empty() && outcome_.rejected.back().index == count_ - 1) return {};
  if (outcome_.rejected.size() >= kRejectedMax) {
    return refuse(422, kInvalidEventError,
                  str_cat("more than ", kRejectedMax, " events are invalid"));
  }
  outcome_.rejected.push_back({count_ - 1, problem});
  return {};
}

Result<void> EventsReader::take_event(json::Value& value) {
  if (value.kind() != json::Kind::kObject) {
    return reject(422, kInvalidEventError, "is not an object");
  }
  event::Draft& draft = workspace_.draft;
  draft.clear();
  PENSTOCK_TRY(value.members([&](std::string_view key, json::Value& member) -> Result<void> {
    return draft.take(key, member);
  }));
  switch (completion_.add_draft()) {
    case Completion::End::kAdded:
      ++outcome_.accepted;
      return {};
    case Completion::End::kInvalid:
      return reject(422, kInvalidEventError, to_text(*draft.fault()));
    case Completion::End::kEventTooLarge:
      return reject(413, kEventTooLargeError, "is larger than ingest.max_event_bytes");
    case Completion::End::kRequestTooLarge:
      break;
  }
  return refuse(413, kRequestTooLargeError,
                str_cat(place(), ": the events before it are too many"));
}

Outcome EventsReader::read_document(std::string_view body) {
  const auto read = workspace_.reader.read(body, [&](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kArray) {
      begin_event();
      return take_event(root);
    }
    return root.elements([&](json::Value& element) -> Result<void> {
      begin_event();
      return take_event(element);
    });
  });
  if (read) return std::move(outcome_);
  if (refusal_) return std::move(*refusal_);
  std::string detail = str_cat(reason_of(read.error()), " at byte ", read.error().native);
  if (reason_of(read.error()) == "more text after the document") {
    detail += "; one event a line is application/x-ndjson";
  }
  return refusal(400, "invalid_json", std::move(detail));
}

Result<void> EventsReader::take_line(std::size_t line, json::Value& value) {
  begin_line(line);
  return take_event(value);
}

Result<void> EventsReader::skip_line(std::size_t line, const Error& error) {
  if (refusal_) return fail(error);
  begin_line(line);
  const std::string problem = str_cat(reason_of(error), " at byte ", error.native);
  if (partial_) return reject(400, "invalid_json", problem);
  return refuse(400, "invalid_json", str_cat("line ", line + 1, ": ", problem));
}

Outcome EventsReader::read_lines(std::string_view body) {
  const auto skip = [&](std::size_t line, const Error& error) { return skip_line(line, error); };
  const FunctionRef<Result<void>(std::size_t, const Error&)> on_bad_line(skip);
  const auto read = workspace_.reader.read_lines(
      body, [&](std::size_t line, json::Value& root) { return take_line(line, root); },
      &on_bad_line);
  if (!read && refusal_) return std::move(*refusal_);
  return std::move(outcome_);
}

}  // namespace

Outcome read_events(std::string_view body, std::string_view content_type, bool partial,
                    const Origin& origin, Workspace& workspace, RecordSink& sink) {
  const std::string_view content = skip_white_space(without_byte_order_mark(body));
  if (content.empty()) return refusal(400, "empty_body", "the body holds no event");
  const Format format = format_of(content_type, content);
  if (format == Format::kUnknown) {
    return refusal(415, "unsupported_type", "send application/json or application/x-ndjson");
  }
  EventsReader reader(partial, origin, workspace, sink);
  return format == Format::kLines ? reader.read_lines(body) : reader.read_document(body);
}

}  // namespace penstock::adapter
