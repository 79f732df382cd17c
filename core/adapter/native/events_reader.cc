#include "adapter/native/events_reader.h"

#include "base/text.h"

namespace penstock::adapter {
namespace {

// A query of thousands of members beside a body of a million events must not hold up a reactor.
constexpr std::size_t kLooseMembersPutMax = 1'000'000;

// The part of an error's step that is about the text: "read JSON: not a value" without its head.
std::string_view reason_of(const Error& error) {
  const std::string_view step = error.step;
  const auto colon = step.find(": ");
  return colon == std::string_view::npos ? step : step.substr(colon + 2);
}

}  // namespace

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
  if (!rejected_.empty() && rejected_.back().index == count_ - 1) return {};
  if (rejected_.size() >= kRejectedMax) {
    return refuse(422, kInvalidEventError,
                  str_cat("more than ", kRejectedMax, " events are invalid"));
  }
  rejected_.push_back({count_ - 1, problem});
  return {};
}

Result<void> EventsReader::take_event(json::Value& value) {
  if (value.kind() != json::Kind::kObject) {
    return reject(422, kInvalidEventError, "is not an object");
  }
  event::Draft& draft = workspace_.draft;
  draft.clear();
  if (members_ != nullptr) {
    loose_members_put_ += members_->count();
    if (loose_members_put_ > kLooseMembersPutMax) {
      return refuse(413, kRequestTooLargeError,
                    str_cat(place(), ": the events before it are too many for the query"));
    }
    members_->put_pairs(draft);
  }
  PENSTOCK_TRY(value.members([&](std::string_view key, json::Value& member) -> Result<void> {
    return draft.take(key, member);
  }));
  if (members_ != nullptr) members_->put_headers(draft);
  switch (completion_.add_draft()) {
    case Completion::End::kAdded:
      ++accepted_;
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

ReadOutcome EventsReader::outcome() {
  ReadOutcome outcome;
  outcome.accepted = accepted_;
  outcome.rejected = std::move(rejected_);
  return outcome;
}

ReadOutcome EventsReader::read_document(std::string_view body) {
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
  if (read) return outcome();
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

ReadOutcome EventsReader::read_lines(std::string_view body) {
  const auto skip = [&](std::size_t line, const Error& error) { return skip_line(line, error); };
  const FunctionRef<Result<void>(std::size_t, const Error&)> on_bad_line(skip);
  const auto read = workspace_.reader.read_lines(
      body, [&](std::size_t line, json::Value& root) { return take_line(line, root); },
      &on_bad_line);
  if (!read && refusal_) return std::move(*refusal_);
  return outcome();
}

}  // namespace penstock::adapter
