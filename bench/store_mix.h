// Questions as a console's users put them: any filters at once, any dimension or property, any
// step.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/random.h"
#include "base/text.h"
#include "store/contract/queries.h"

namespace penstock::store {

class QuestionMix {
 public:
  // Over all of `range`, or over the hours before its end that a fine step allows.
  QuestionMix(const Range& range, std::uint64_t seed) : range_(range), random_(seed) {}

  // Asks the next one. True: a top list of paths or referrers, which have words by the thousand.
  bool ask(Queries& queries) {
    const Filter filter = next_filter();
    switch (draw(4)) {
      case 0:
        PENSTOCK_CHECK(queries.summary(range_, filter).has_value());
        return false;
      case 1: {
        const std::int64_t step_s = pick(kSteps);
        const std::int64_t from_ms = range_.to_ms - step_s * 1'000 * kPoints;
        const Range range{std::max(range_.from_ms, from_ms), range_.to_ms};
        PENSTOCK_CHECK(queries.timeseries(range, step_s, filter).has_value());
        return false;
      }
      case 2:
        PENSTOCK_CHECK(queries.top(range_, pick(kFewWords), filter, 10).has_value());
        return false;
      default:
        PENSTOCK_CHECK(queries.top(range_, pick(kManyWords), filter, 10).has_value());
        return true;
    }
  }

 private:
  static constexpr std::int64_t kPoints = 4'900;
  static constexpr std::array<std::int64_t, 6> kSteps = {60, 300, 1'080, 3'600, 21'600, 86'400};
  inline static const std::array<Facet, 7> kFewWords = {
      Dimension::kName,    Dimension::kBrowser, Dimension::kOs,         Dimension::kDevice,
      Dimension::kCountry, std::string("plan"), std::string("position")};
  inline static const std::array<Facet, 2> kManyWords = {Dimension::kPath, Dimension::kReferrer};

  std::uint64_t draw(std::uint64_t below) { return random_.next() % below; }
  template <class List>
  const typename List::value_type& pick(const List& list) {
    return list[draw(list.size())];
  }

  // None to three conditions, each value as frequent as it is.
  Filter next_filter() {
    static constexpr std::array<std::string_view, 4> kNames = {"pageview", "click", "scroll",
                                                               "purchase"};
    static constexpr std::array<std::string_view, 3> kBrowsers = {"Chrome", "Edge", "Firefox"};
    static constexpr std::array<std::string_view, 2> kSystems = {"Windows", "iOS"};
    static constexpr std::array<std::string_view, 3> kPlans = {"pro", "free", "team"};
    Filter filter;
    filter.project = "shop";
    for (std::uint64_t left = draw(4); left > 0; --left) {
      switch (draw(7)) {
        case 0:
          filter.conditions.push_back({Dimension::kName, std::string(pick(kNames))});
          break;
        case 1:
          filter.conditions.push_back({Dimension::kBrowser, std::string(pick(kBrowsers))});
          break;
        case 2:
          filter.conditions.push_back({Dimension::kOs, std::string(pick(kSystems))});
          break;
        case 3:
          filter.conditions.push_back({Dimension::kCountry, str_cat("C", draw(5))});
          break;
        case 4: {
          const std::uint64_t item = draw(1'000);
          filter.conditions.push_back({Dimension::kPath, str_cat("/products/category-", item % 97,
                                                                 "/a-name-in-words/item-", item)});
          break;
        }
        case 5:
          filter.is_bot = false;
          break;
        default:
          filter.conditions.push_back({"plan", std::string(pick(kPlans))});
          break;
      }
    }
    return filter;
  }

  const Range range_;
  Random random_;
};

}  // namespace penstock::store
