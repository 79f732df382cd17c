#include "console/api/request/condition_text.h"

#include <charconv>

#include "base/text.h"
#include "event/fields.h"

namespace penstock::console {
namespace {

using store::Comparison;

// Before the key of a property: "properties.plan".
constexpr std::string_view kPropertyPrefix = "properties.";
constexpr std::string_view kAllText = "text";

// Members that charts count by under another name.
struct Alias {
  std::string_view member;
  store::Dimension dimension;
};
constexpr Alias kAliases[] = {{"referrer_host", store::Dimension::kReferrer},
                              {"utm_campaign", store::Dimension::kCampaign}};

constexpr const char* kExpectedSign =
    "expected NAME=v, NAME!=v, NAME~=v, NAME^=v, NAME?, NAME>n or NAME<n";
constexpr const char* kExpectedName =
    "expected a dimension, properties.KEY, another member of an event, or text before the sign";
constexpr const char* kExpectedContains = "text: only ~= (contains)";
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

// What charts count by goes first: "referrer" is its host, as they have it.
std::optional<store::Subject> subject_of(std::string_view name) {
  if (const auto facet = facet_of(name)) return store::subject_of(*facet);
  if (name == kAllText) return store::RowText{};
  for (const Alias& alias : kAliases) {
    if (name == alias.member) return store::Subject(alias.dimension);
  }
  const event::Field* field = event::field_named(name);
  if (field == nullptr || field->type != event::FieldType::kText) return std::nullopt;
  return store::RowText{field};
}

std::string to_text(const store::Subject& subject) {
  if (const auto* dimension = std::get_if<store::Dimension>(&subject)) {
    return std::string(store::to_text(*dimension));
  }
  if (const auto* key = std::get_if<std::string>(&subject)) return str_cat(kPropertyPrefix, *key);
  const event::Field* field = std::get<store::RowText>(subject).field;
  return std::string(field != nullptr ? field->name : kAllText);
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
  const auto subject = subject_of(text.substr(0, sign->at));
  if (!subject) return fail(ErrorCode::kRejected, kExpectedName);
  const bool is_all_text = *subject == store::Subject(store::RowText{});
  if (is_all_text && sign->comparison != Comparison::kContains) {
    return fail(ErrorCode::kRejected, kExpectedContains);
  }
  const std::string_view operand = text.substr(sign->at + sign->bytes);
  const bool wants_number =
      sign->comparison == Comparison::kGreater || sign->comparison == Comparison::kLess;
  if (wants_number && !is_number(operand)) return fail(ErrorCode::kRejected, kExpectedNumber);
  return store::Condition{*subject, std::string(operand), sign->comparison};
}

}  // namespace penstock::console
