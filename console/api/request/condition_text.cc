#include "console/api/request/condition_text.h"

#include <charconv>

#include "base/text.h"

namespace penstock::console {
namespace {

using store::Comparison;

// Before the key of a property: "properties.plan".
constexpr std::string_view kPropertyPrefix = "properties.";

constexpr const char* kExpectedSign =
    "expected NAME=v, NAME!=v, NAME~=v, NAME^=v, NAME?, NAME>n or NAME<n";
constexpr const char* kExpectedName = "expected a dimension or properties.KEY before the sign";
constexpr const char* kExpectedNumber = "expected a number behind > or <";

struct Sign {
  std::size_t at;
  std::size_t bytes;
  Comparison comparison;
};

std::optional<Sign> sign_in(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool has_equals = at + 1 < text.size() && text[at + 1] == '=';
    switch (text[at]) {
      case '=':
        return Sign{at, 1, Comparison::kIs};
      case '>':
        return Sign{at, 1, Comparison::kGreater};
      case '<':
        return Sign{at, 1, Comparison::kLess};
      case '!':
        if (has_equals) return Sign{at, 2, Comparison::kIsNot};
        break;
      case '~':
        if (has_equals) return Sign{at, 2, Comparison::kContains};
        break;
      case '^':
        if (has_equals) return Sign{at, 2, Comparison::kStartsWith};
        break;
      case '?':
        if (at + 1 == text.size()) return Sign{at, 1, Comparison::kExists};
        break;
      default:
        break;
    }
  }
  return std::nullopt;
}

bool is_number(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

std::optional<store::Facet> facet_of(std::string_view name) {
  if (const auto dimension = store::dimension_of(name)) return store::Facet(*dimension);
  if (!name.starts_with(kPropertyPrefix) || name == kPropertyPrefix) return std::nullopt;
  return store::Facet(std::string(name.substr(kPropertyPrefix.size())));
}

std::string to_text(const store::Facet& facet) {
  if (const auto* dimension = std::get_if<store::Dimension>(&facet)) {
    return std::string(store::to_text(*dimension));
  }
  return str_cat(kPropertyPrefix, std::get<std::string>(facet));
}

std::string facet_names() {
  std::string names;
  for (int i = 0; i < store::kDimensions; ++i) {
    names += str_cat(store::to_text(static_cast<store::Dimension>(i)), ", ");
  }
  return str_cat(names, kPropertyPrefix, "KEY");
}

Result<store::Condition> parse_condition(std::string_view text) {
  const auto sign = sign_in(text);
  if (!sign) return fail(ErrorCode::kRejected, kExpectedSign);
  const auto facet = facet_of(text.substr(0, sign->at));
  if (!facet) return fail(ErrorCode::kRejected, kExpectedName);
  const std::string_view operand = text.substr(sign->at + sign->bytes);
  const bool wants_number =
      sign->comparison == Comparison::kGreater || sign->comparison == Comparison::kLess;
  if (wants_number && !is_number(operand)) return fail(ErrorCode::kRejected, kExpectedNumber);
  return store::Condition{*facet, std::string(operand), sign->comparison};
}

}  // namespace penstock::console
