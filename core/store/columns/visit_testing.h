// Visits counted the slow and plain way, for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "store/columns/visits.h"

namespace penstock::store {

struct PlainEvent {
  std::uint64_t key;    // Of the visitor in the project.
  std::int64_t at_ms;   // Of any day.
  std::uint64_t order;  // In which events of one millisecond stand.
  bool is_left;         // By the filter, in the range.
  std::string value;
};

struct PlainVisits {
  std::uint64_t visits = 0;
  std::uint64_t bounces = 0;
  std::uint64_t seconds = 0;
  std::uint64_t entries = 0;
  std::uint64_t exits = 0;
  std::map<std::string, std::uint64_t> entry_values;
  std::map<std::string, std::uint64_t> exit_values;
  std::vector<std::int64_t> first_s;  // Of each visit its first event that is left; ascending.
};

inline void add_plain_visit(std::span<const PlainEvent> events, PlainVisits& out) {
  if (events.front().is_left) {
    ++out.entries;
    ++out.entry_values[events.front().value];
  }
  if (events.back().is_left) {
    ++out.exits;
    ++out.exit_values[events.back().value];
  }
  const auto first = std::find_if(events.begin(), events.end(),
                                  [](const PlainEvent& event) { return event.is_left; });
  if (first == events.end()) return;
  ++out.visits;
  out.bounces += events.size() == 1 ? 1 : 0;
  out.seconds +=
      static_cast<std::uint64_t>(events.back().at_ms / 1'000 - events.front().at_ms / 1'000);
  out.first_s.push_back(first->at_ms / 1'000);
}

inline PlainVisits plain_visits(std::vector<PlainEvent> events) {
  std::sort(events.begin(), events.end(), [](const PlainEvent& a, const PlainEvent& b) {
    return std::tie(a.key, a.at_ms, a.order) < std::tie(b.key, b.at_ms, b.order);
  });
  PlainVisits out;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= events.size(); ++i) {
    const bool goes_on = i < events.size() && events[i].key == events[i - 1].key &&
                         events[i].at_ms / 1'000 - events[i - 1].at_ms / 1'000 <= kVisitGapS;
    if (goes_on) continue;
    add_plain_visit(std::span(events).subspan(first, i - first), out);
    first = i;
  }
  std::sort(out.first_s.begin(), out.first_s.end());
  return out;
}

}  // namespace penstock::store
