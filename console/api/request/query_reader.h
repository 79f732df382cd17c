// Reads an endpoint's query string: named values with their defaults, and one fault at most.
//
//   QueryReader query(call.query, now_ms);
//   const store::Range range = query.range();
//   const std::uint32_t limit = query.number("limit", 10, 1, 100);
//   if (auto refusal = query.refusal()) return *refusal;
//
// A parameter that nobody asked for is a fault too: a filter with a typing error would otherwise
// answer with everything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/request/calendar_steps.h"
#include "http/message.h"
#include "store/contract/queries.h"

namespace penstock::console {

// RFC 3339, or Unix time in seconds or milliseconds, to milliseconds.
std::optional<std::int64_t> parse_time(std::string_view text);

// "60", "60s", "15m", "1h", "1d", or "minute", "hour", "day", "week", to seconds.
std::optional<std::int64_t> parse_step(std::string_view text);

// The step that gives a chart of this range some 60 to 200 points.
std::int64_t default_step_s(const store::Range& range);

class QueryReader {
 public:
  QueryReader(std::string_view query, std::int64_t now_ms);

  // from and to; the last 24 hours without them.
  store::Range range();
  // step, by the days of tz.
  struct Steps {
    store::Step step;
    std::string name;       // "day", "week" or "month" where it is one of the calendar; else "".
    std::int64_t length_s;  // Of those; of a calendar's, of most.
  };
  Steps steps(const store::Range& range);
  // project, tz, one value of each dimension and of properties (properties.KEY=value), any number
  // of filter=CONDITION (condition_text.h), and bots.
  store::Filter filter();
  // dimension, which has to be there: one, or properties.KEY.
  store::Facet dimension();

  std::uint32_t number(std::string_view name, std::uint32_t otherwise, std::uint32_t min,
                       std::uint32_t max);
  std::optional<bool> truth(std::string_view name);
  std::string text(std::string_view name);
  // The place of its value among these; of the first without one.
  std::size_t one_of(std::string_view name, std::initializer_list<std::string_view> values);

  // All that was asked, however it was put: names in any order, times in any form.
  std::string question(const store::Range& range) const;

  // After all reads: the answer to a query with a fault.
  std::optional<http::Response> refusal() const;

 private:
  struct Pair {
    std::string name;
    std::string value;
    bool is_read = false;
  };

  const std::string* read(std::string_view name);
  std::optional<bool> bots();
  TimeZone zone();
  void refuse(std::string_view name, std::string why);

  const std::int64_t now_ms_;
  std::vector<Pair> pairs_;
  std::string fault_name_;
  std::string fault_;
};

}  // namespace penstock::console
