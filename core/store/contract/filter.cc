#include "store/contract/filter.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace penstock::store {
namespace {

// A whole text that is a number; a JSON number's form, or what C++ takes for one besides.
std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool contains(std::string_view value, std::string_view part) {
  const auto is_same = [](char a, char b) { return to_lower(a) == to_lower(b); };
  return std::search(value.begin(), value.end(), part.begin(), part.end(), is_same) !=
             value.end() ||
         part.empty();
}

}  // namespace

Subject subject_of(const Facet& facet) {
  return std::visit([](const auto& one) { return Subject(one); }, facet);
}

bool holds(const Condition& condition, std::string_view value) {
  const std::string_view operand = condition.operand;
  switch (condition.comparison) {
    case Comparison::kIs:
      return value == operand;
    case Comparison::kIsNot:
      return value != operand;
    case Comparison::kContains:
      return contains(value, operand);
    case Comparison::kStartsWith:
      return equals_ignoring_case(value.substr(0, operand.size()), operand);
    case Comparison::kExists:
      return !value.empty();
    case Comparison::kGreater:
    case Comparison::kLess:
      break;
  }
  const auto number = number_of(value);
  const auto bound = number_of(operand);
  if (!number || !bound) return false;
  return condition.comparison == Comparison::kGreater ? *number > *bound : *number < *bound;
}

}  // namespace penstock::store
