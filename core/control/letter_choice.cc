#include "control/letter_choice.h"

#include "json/reader.h"

namespace penstock::control {
namespace {

constexpr const char* kForm = R"(expected {"ids":[…]} or {"all":true,"count":N})";

Result<void> read_ids(json::Value& value, std::vector<std::string>& ids) {
  if (value.kind() != json::Kind::kArray) {
    return fail(ErrorCode::kRejected, "ids: expected a list of texts");
  }
  return value.elements([&](json::Value& element) -> Result<void> {
    const auto id = element.string();
    if (!id) return fail(ErrorCode::kRejected, "ids: expected a list of texts");
    if (ids.size() == LetterChoice::kIdsMax) {
      return fail(ErrorCode::kRejected, "ids: at most 200 at a time");
    }
    ids.emplace_back(*id);
    return {};
  });
}

Result<void> read_text(json::Value& value, std::string& text) {
  const auto read = value.string();
  if (!read) return fail(read.error());
  text = *read;
  return {};
}

}  // namespace

Result<LetterChoice> read_letter_choice(std::string_view body) {
  LetterChoice choice;
  bool is_all = false;
  bool has_count = false;
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key == "ids") return read_ids(value, choice.ids);
      if (key == "reason") return read_text(value, choice.question.reason);
      if (key == "search") return read_text(value, choice.question.search);
      if (key == "all") {
        const auto truth = value.boolean();
        if (!truth) return fail(truth.error());
        is_all = *truth;
      }
      if (key == "count") {
        const auto number = value.integer();
        if (!number) return fail(number.error());
        choice.count = *number;
        has_count = true;
      }
      return {};
    });
  });
  if (!read) {
    return reader.failed_on_syntax() ? fail(ErrorCode::kRejected, kForm) : fail(read.error());
  }
  // Who names letters and says all besides may mean either.
  if (is_all != choice.ids.empty()) return fail(ErrorCode::kRejected, kForm);
  if (is_all && !has_count) {
    return fail(ErrorCode::kRejected, "count: as many as are meant have to be said");
  }
  return choice;
}

}  // namespace penstock::control
