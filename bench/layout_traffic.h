// The made-up traffic that layout_bench writes: the same rows for every layout.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"

namespace penstock {

inline constexpr std::uint32_t kDays = 60;

enum Column : std::uint8_t { kName, kPath, kReferrer, kBrowser, kCountry, kColumns };

struct Row {
  std::uint32_t at_ms = 0;  // Of its day.
  std::uint64_t visitor = 0;
  std::array<std::string_view, kColumns> texts;
};

class Zipf {
 public:
  Zipf(std::size_t count, double exponent) : sums_(count) {
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sum += 1 / std::pow(static_cast<double>(i + 1), exponent);
      sums_[i] = sum;
    }
  }
  std::size_t next(Random& random) const {
    const double at = static_cast<double>(random.next() >> 11) / 9007199254740992.0 * sums_.back();
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), at);
    return std::min(static_cast<std::size_t>(found - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

class Traffic {
 public:
  explicit Traffic(std::uint64_t rows) : rows_a_day_(rows / kDays), random_(1) {
    for (int i = 0; i < 500'000; ++i) {
      paths_.push_back(str_cat("/products/category-", i % 97, "/a-name-in-words/item-", i));
    }
    for (int i = 0; i < 20'000; ++i) referrers_.push_back(str_cat("site-", i, ".example.net"));
    for (int i = 0; i < 30; ++i) countries_.push_back(str_cat("C", i));
  }

  std::uint64_t rows_a_day() const { return rows_a_day_; }

  Row next(std::uint64_t in_day, std::uint32_t day) {
    static constexpr std::string_view kNames[] = {"pageview", "click", "scroll", "purchase"};
    static constexpr std::string_view kBrowsers[] = {"Chrome", "Safari", "Firefox",
                                                     "Edge",   "Opera",  "Samsung Internet"};
    const std::uint64_t draw = random_.next();
    Row row;
    row.at_ms = static_cast<std::uint32_t>(in_day * 86'400'000 / rows_a_day_);
    row.visitor = hash64(str_cat("v", draw % 200'000));
    const std::size_t name = (draw >> 20) % 100;
    row.texts[kName] = kNames[name < 62 ? 0 : name < 82 ? 1 : name < 95 ? 2 : 3];
    if (day % 6 == 0 && in_day == 7) row.texts[kName] = "rare_event";
    row.texts[kPath] = paths_[by_path_.next(random_)];
    if ((draw >> 32) % 3 == 0) row.texts[kReferrer] = referrers_[by_referrer_.next(random_)];
    row.texts[kBrowser] = kBrowsers[(draw >> 40) % 6];
    row.texts[kCountry] = countries_[by_country_.next(random_)];
    return row;
  }

 private:
  std::uint64_t rows_a_day_;
  Random random_;
  Zipf by_path_{500'000, 0.9};
  Zipf by_referrer_{20'000, 0.9};
  Zipf by_country_{30, 1.0};
  std::vector<std::string> paths_;
  std::vector<std::string> referrers_;
  std::vector<std::string> countries_;
};

}  // namespace penstock
