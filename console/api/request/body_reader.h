// Reads the JSON object of a request's body: named texts, flags and numbers, and one fault at most.
//
//   BodyReader body(call.body);
//   const std::string name = body.text("name");
//   const std::optional<bool> is_shared = body.flag_if("is_shared");
//   if (auto refusal = body.refusal()) return *refusal;
//
// Other members are passed over. Where a member comes twice the last one counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/message.h"
#include "json/reader.h"

namespace penstock::console {

class BodyReader {
 public:
  // Requires kReadablePadding bytes behind the text.
  explicit BodyReader(std::string_view padded_body);

  // "" with a fault where it is missing or no text.
  std::string text(std::string_view name);
  // Nullopt where it is missing; a fault where it is something else.
  std::optional<std::string> text_if(std::string_view name);
  std::optional<bool> flag_if(std::string_view name);
  // Whole ones.
  std::optional<std::int64_t> number_if(std::string_view name);
  // A list of 1 to `count_max`; a fault where it is missing or something else.
  std::vector<std::int64_t> numbers(std::string_view name, std::size_t count_max);
  // A list of at most kTextsMax, which may be empty; nullopt where it is missing.
  static constexpr std::size_t kTextsMax = 200;
  std::optional<std::vector<std::string>> texts_if(std::string_view name);

  // The answer 400 of the first fault.
  std::optional<http::Response> refusal() const { return refusal_; }

 private:
  enum class Kind : std::uint8_t { kText, kFlag, kNumber, kList, kOther };
  struct Member {
    std::string name;
    Kind kind = Kind::kOther;
    std::string text;
    bool flag = false;
    std::vector<std::int64_t> numbers;
    std::vector<std::string> texts;
  };
  static Result<void> take(json::Value& value, Member& member);
  static Result<void> take_element(json::Value& element, Member& member);
  // Nullptr where it is missing.
  const Member* find(std::string_view name) const;
  void fault(std::string_view name, std::string_view why);

  std::vector<Member> members_;
  std::optional<http::Response> refusal_;
};

}  // namespace penstock::console
