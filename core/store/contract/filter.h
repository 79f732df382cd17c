// Which events a question is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "event/fields.h"

namespace penstock::store {

// Dimensions that filters and top lists know.
enum class Dimension : std::uint8_t {
  kName,
  kSource,
  kPath,
  kHost,
  kReferrer,
  kBrowser,
  kOs,
  kDevice,
  kCountry,
  kCampaign,
  kKind,
  kProject,
  kChannel,  // Made of the others (event/channels/channel.h); no row has it.
  kUtmSource,
  kUtmMedium,
};
inline constexpr int kDimensions = 15;
std::string_view to_text(Dimension dimension);  // "name", "source", "path", "host", "referrer", …
std::optional<Dimension> dimension_of(std::string_view text);

// What is looked at of an event: a dimension, or the value of a key of its properties: a text, or a
// number's, true's, false's or null's JSON. "" also where the event has no such property.
using Facet = std::variant<Dimension, std::string>;

// A member of an event that charts do not count by, or every text of it. Conditions on them are
// asked of each row that the others leave: as long as it takes, within the question's deadline.
struct RowText {
  const event::Field* field = nullptr;  // Of a kText member, static; null: all, properties too.

  bool operator==(const RowText&) const = default;
};

// What a condition is about.
using Subject = std::variant<Dimension, std::string, RowText>;
Subject subject_of(const Facet& facet);

// Letters are equal in both cases for kContains and kStartsWith, of ASCII alone. kGreater and kLess
// are of numbers: a value that is none is neither.
enum class Comparison : std::uint8_t {
  kIs,
  kIsNot,
  kContains,
  kStartsWith,
  kExists,  // Is not "".
  kGreater,
  kLess,
};

struct Condition {
  Subject subject;
  // A dimension's values are as dimension_value() cuts them; a longer text means the value that it
  // begins with.
  std::string operand;  // kExists has none.
  Comparison comparison = Comparison::kIs;

  bool operator==(const Condition&) const = default;
};
// Of a value as it is cut, or a member's whole text.
bool holds(const Condition& condition, std::string_view value);

struct Filter {
  std::string project;                // "" for all.
  std::vector<Condition> conditions;  // All hold.
  std::optional<bool> is_bot;

  bool is_empty() const { return conditions.empty() && !is_bot; }
  bool operator==(const Filter&) const = default;
};

}  // namespace penstock::store
