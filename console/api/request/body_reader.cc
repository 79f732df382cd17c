#include "console/api/request/body_reader.h"

#include <utility>

#include "base/text.h"
#include "console/api/request/answers.h"

namespace penstock::console {

namespace {

// No endpoint takes as many.
constexpr std::size_t kMembersMax = 32;
constexpr std::size_t kElementsMax = 1'000;

}  // namespace

BodyReader::BodyReader(std::string_view padded_body) {
  json::Reader reader;
  const auto read = reader.read(padded_body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (members_.size() == kMembersMax) return fail(ErrorCode::kRejected, "too many members");
      Member& member = members_.emplace_back();
      member.name = key;
      return take(value, member);
    });
  });
  if (!read) refusal_ = http::error_response(400, "invalid_json", "expected a JSON object");
}

Result<void> BodyReader::take_element(json::Value& element, Member& member) {
  if (member.numbers.size() + member.texts.size() == kElementsMax) member.kind = Kind::kOther;
  if (member.kind == Kind::kOther) return {};
  if (element.kind() == json::Kind::kString) {
    const auto text = element.string();
    if (!text) return fail(text.error());
    member.texts.emplace_back(*text);
  } else if (const auto number = element.integer()) {
    member.numbers.push_back(*number);
  } else {
    member.kind = Kind::kOther;
  }
  return {};
}

Result<void> BodyReader::take(json::Value& value, Member& member) {
  if (value.kind() == json::Kind::kString) {
    auto text = value.string();
    if (!text) return fail(text.error());
    member.kind = Kind::kText;
    member.text = *text;
  } else if (value.kind() == json::Kind::kBool) {
    auto flag = value.boolean();
    if (!flag) return fail(flag.error());
    member.kind = Kind::kFlag;
    member.flag = *flag;
  } else if (value.kind() == json::Kind::kNumber) {
    if (const auto number = value.integer()) {
      member.kind = Kind::kNumber;
      member.numbers = {*number};
    }
  } else if (value.kind() == json::Kind::kArray) {
    member.kind = Kind::kList;
    return value.elements([&](json::Value& element) { return take_element(element, member); });
  }
  return {};
}

const BodyReader::Member* BodyReader::find(std::string_view name) const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->name == name) return &*member;
  }
  return nullptr;
}

void BodyReader::fault(std::string_view name, std::string_view why) {
  if (!refusal_) refusal_ = bad_parameter(name, why);
}

std::string BodyReader::text(std::string_view name) {
  if (find(name) == nullptr) fault(name, "it is missing");
  return text_if(name).value_or("");
}

std::optional<std::string> BodyReader::text_if(std::string_view name) {
  const Member* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind == Kind::kText) return member->text;
  fault(name, "it is no text");
  return std::nullopt;
}

std::optional<bool> BodyReader::flag_if(std::string_view name) {
  const Member* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind == Kind::kFlag) return member->flag;
  fault(name, "it is neither true nor false");
  return std::nullopt;
}

std::optional<std::int64_t> BodyReader::number_if(std::string_view name) {
  const Member* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind == Kind::kNumber) return member->numbers.front();
  fault(name, "it is no whole number");
  return std::nullopt;
}

std::vector<std::int64_t> BodyReader::numbers(std::string_view name, std::size_t count_max) {
  const Member* member = find(name);
  if (member != nullptr && member->kind == Kind::kList && member->texts.empty() &&
      !member->numbers.empty() && member->numbers.size() <= count_max) {
    return member->numbers;
  }
  fault(name, str_cat("expected a list of 1 to ", count_max, " whole numbers"));
  return {};
}

std::optional<std::vector<std::string>> BodyReader::texts_if(std::string_view name) {
  const Member* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (member->kind == Kind::kList && member->numbers.empty() && member->texts.size() <= kTextsMax) {
    return member->texts;
  }
  fault(name, "it is no list of texts, or a long one");
  return std::nullopt;
}

}  // namespace penstock::console
