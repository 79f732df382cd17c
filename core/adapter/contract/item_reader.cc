#include "adapter/contract/item_reader.h"

#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kInvalidJson = "invalid_json";

std::string problem_of(const Error& error) {
  const std::string_view step = error.step;
  const auto colon = step.find(": ");
  return str_cat(colon == std::string_view::npos ? step : step.substr(colon + 2), " at byte ",
                 error.native);
}

Error stopped() { return {ErrorCode::kRejected, 0, "read items: stopped"}; }

}  // namespace

ItemReader::ItemReader(const ItemShape& shape, std::string_view source, const Context& context)
    : shape_(shape),
      context_(context),
      workspace_(context.workspace),
      item_(shape.rules, workspace_, workspace_.draft),
      common_(shape.common, workspace_, workspace_.common_draft),
      completion_(context.origin, source, workspace_, context.sink) {
  item_.ignore_skew_below(shape.skew_ignored_ms);
  common_.start();
}

void ItemReader::reject(std::uint16_t status, std::string_view error, std::string problem) {
  std::string detail = str_cat("event ", count_ == 0 ? 0 : count_ - 1, ": ", problem);
  if (of_first_.error.empty()) of_first_ = refusal(status, error, std::move(detail));
  if (outcome_.rejected.size() >= kRejectedMax) {
    ++outcome_.rejected_unlisted;
  } else {
    outcome_.rejected.push_back({count_ == 0 ? 0 : count_ - 1, std::move(problem)});
  }
}

void ItemReader::open_project(std::string_view key) {
  if (key.empty() || key == key_) return;
  key_.assign(key);
  static_cast<void>(context_.open_project(key));  // Where it is refused, so is the request.
}

Item& ItemReader::begin() {
  ++count_;
  item_.start(&common_);
  return item_;
}

bool ItemReader::end() {
  if (shape_.prepare != nullptr) {
    if (const std::string_view problem = shape_.prepare(item_); !problem.empty()) {
      reject(422, kInvalidEventError, std::string(problem));
      return true;
    }
  }
  open_project(item_.text(Place::kKey));
  item_.finish(context_.origin);
  switch (completion_.add_draft()) {
    case Completion::End::kAdded:
      ++outcome_.accepted;
      return true;
    case Completion::End::kInvalid:
      reject(422, kInvalidEventError, to_text(*workspace_.draft.fault()));
      return true;
    case Completion::End::kEventTooLarge:
      reject(413, kEventTooLargeError, "is larger than ingest.max_event_bytes");
      return true;
    case Completion::End::kRequestTooLarge:
      break;
  }
  refusal_ = refusal(413, kRequestTooLargeError,
                     str_cat("event ", count_ - 1, ": the events before it are too many"));
  return false;
}

Result<void> ItemReader::take_item(json::Value& value) {
  begin();
  if (value.kind() != json::Kind::kObject) {
    reject(422, kInvalidEventError, "is not an object");
    return {};
  }
  PENSTOCK_TRY(shape_.take != nullptr ? shape_.take(value, item_, context_) : item_.take(value));
  if (shape_.take != nullptr) key_.clear();  // It may have opened another project.
  return end() ? Result<void>() : fail(stopped());
}

Result<void> ItemReader::take_list(json::Value& list) {
  return list.elements([this](json::Value& element) { return take_item(element); });
}

// The members around a list are read first: they may stand behind it.
Result<void> ItemReader::take_root(json::Value& root) {
  if (root.kind() == json::Kind::kArray) return take_list(root);
  if (root.kind() != json::Kind::kObject || shape_.list.empty()) return take_item(root);
  bool has_list = false;
  PENSTOCK_TRY(root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (!is_list(key, value)) return common_.take(key, value);
    has_list = true;
    return {};
  }));
  root.rewind();
  if (!has_list) {
    common_.forget();
    return take_item(root);
  }
  open_project(common_.text(Place::kKey));
  return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    return is_list(key, value) ? take_list(value) : Result<void>();
  });
}

bool ItemReader::is_list(std::string_view key, const json::Value& value) const {
  return key == shape_.list && value.kind() == json::Kind::kArray;
}

void ItemReader::read_document(std::string_view text) {
  const auto read =
      workspace_.reader.read(text, [this](json::Value& root) { return take_root(root); });
  if (!read && !refusal_) refusal_ = refusal(400, kInvalidJson, problem_of(read.error()));
}

void ItemReader::read_lines(std::string_view text, std::size_t first_line) {
  const auto skip = [this, first_line](std::size_t line, const Error& error) -> Result<void> {
    if (refusal_) return fail(error);
    reject(400, kInvalidJson, str_cat("line ", first_line + line + 1, ": ", problem_of(error)));
    return {};
  };
  const FunctionRef<Result<void>(std::size_t, const Error&)> on_bad_line(skip);
  const auto read = workspace_.reader.read_lines(
      text, [this](std::size_t, json::Value& root) { return take_root(root); }, &on_bad_line);
  if (!read && !refusal_) refusal_ = refusal(400, kInvalidJson, problem_of(read.error()));
}

ReadOutcome ItemReader::outcome(std::uint16_t status) {
  if (refusal_) return *std::move(refusal_);
  if (outcome_.accepted == 0 && !of_first_.error.empty()) {
    of_first_.rejected_unlisted = outcome_.rejected.size() + outcome_.rejected_unlisted;
    return std::move(of_first_);
  }
  outcome_.status = status;
  return std::move(outcome_);
}

}  // namespace penstock::adapter
