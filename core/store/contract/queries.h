// The reading side of the store: what the console, `penstock tail` and `penstock export` ask.
//
// Charts read totals of hours and days, or scan the columns that they filter and count by; lists
// read rows, newest first, by pages. Read-only connections, kept open per day. One object a thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/function_ref.h"
#include "event/row.h"
#include "store/contract/filter.h"

namespace penstock::store {

// Milliseconds, [from, to).
struct Range {
  std::int64_t from_ms;
  std::int64_t to_ms;
};

// How a chart is cut: all steps of a length in seconds, or where each begins, in seconds,
// ascending, the first not after the range's start.
using StepStarts = std::vector<std::int64_t>;
using Step = std::variant<std::int64_t, StepStarts>;

struct Series {
  std::vector<std::int64_t> at_s;  // Start of each bucket, seconds; every bucket of the range.
  std::vector<std::uint64_t> events;
  std::vector<std::uint64_t> visitors;  // Estimated (HyperLogLog).
};

struct TopEntry {
  std::string value;
  std::uint64_t events;

  bool operator==(const TopEntry&) const = default;
};

// Nullopt is not known to a store; this one's always are.
struct Summary {
  std::uint64_t events = 0;
  std::optional<std::uint64_t> visitors;  // Estimated over the range: sketches merged, not added.
  std::optional<std::uint64_t> bots;
  // Of the event that was stored last; also where there is none.
  std::optional<std::int64_t> newest_received_ms;
};

// Visits: a visitor's events in one project with no gap of more than 30 minutes, over midnight too.
//
// Under a filter and in a range they are those with at least one event that both leave, and they
// count whole: how long they last, and whether they are bounces, does not depend on what is left
// of them. Of the days before and behind the range one is looked at, so what a longer visit had
// before is not in its length.
struct Visits {
  std::uint64_t visits = 0;
  std::uint64_t bounces = 0;  // Visits of a single event.
  std::uint64_t seconds = 0;  // From first to last event, of all together.
  std::uint64_t entries = 0;  // Events left that begin a visit,
  std::uint64_t exits = 0;    // and those that end one.
};
// Whose events the visits of a range depend on.
constexpr Range with_neighbour_days(const Range& range) {
  constexpr std::int64_t kOneDayMs = 86'400'000;
  return {range.from_ms - kOneDayMs, range.to_ms + kOneDayMs};
}

// A visit counts once, in the step of its first event that is left: so steps add up to the range.
struct VisitSeries {
  std::vector<std::int64_t> at_s;  // As Series'.
  std::vector<std::uint64_t> visits;
  std::vector<std::uint64_t> bounces;
  std::vector<std::uint64_t> seconds;
};

// A range at a glance: all that the questions above say of it, and by steps, in one look.
struct Overview {
  Series series;       // As timeseries().
  VisitSeries visits;  // As visit_series().
  Summary summary;     // As summary().
  // Events that are left out for being of bots alone; 0 where the filter leaves bots.
  std::uint64_t bots_left_out = 0;
};

// What timeseries() and summary() say of the events with one value of a facet.
struct ValueSeries {
  Series series;
  std::uint64_t events = 0;
  std::uint64_t visitors = 0;  // Estimated over the range.
};

enum class VisitEnd : std::uint8_t { kEntry, kExit };

// Position behind the last row of a page; opaque text for clients.
struct Page {
  std::uint32_t limit = 100;
  std::string cursor;
};

// When a question is given up: at a moment of the monotonic clock, or as soon as its asker says so.
// Both are borrowed.
struct QueryDeadline {
  const Clock* clock = nullptr;  // Null: no such moment.
  std::int64_t at_us = 0;
  const std::atomic<bool>* is_cancelled = nullptr;

  bool is_given_up() const {
    return is_cancelled != nullptr && is_cancelled->load(std::memory_order_relaxed);
  }
  bool is_over() const { return is_given_up() || (clock != nullptr && clock->mono_us() >= at_us); }
};

class Queries {
 public:
  virtual ~Queries() = default;

  // For the questions that follow, until it is called again: past it they fail with kOverloaded,
  // and where their asker gave them up with ECANCELED as native number. Returns this.
  virtual Queries& within(const QueryDeadline& deadline) = 0;

  // Days (their first millisecond, ascending) that the last question had to pass over, because
  // their file is damaged or may not be read. Lent until the next question.
  virtual const std::vector<std::int64_t>& missing_days() const = 0;

  // While it stays the same, so does each answer about the range. It is cheap, and opens no file;
  // where something was stored within the last seconds it is another each time. A day that became
  // unreadable without a trace on its file is told by a question alone.
  virtual std::uint64_t stamp(const Range& range) const = 0;

  // A length of 60, 3600 or 86400, or a multiple of one of them; kRejected otherwise, or where the
  // range would give over 5,000 points. The counts add up to what summary() says of the same range.
  virtual Result<Series> timeseries(const Range& range, const Step& step, const Filter& filter) = 0;
  // The largest entries; they add up to the events, where there are no more. "" are those without a
  // value, "(other)" those whose value had no room in its day.
  virtual Result<std::vector<TopEntry>> top(const Range& range, const Facet& facet,
                                            const Filter& filter, std::uint32_t limit) = 0;
  virtual Result<Summary> summary(const Range& range, const Filter& filter) = 0;
  // Of each of the values, in their order, by one look at the range; values that are equal have the
  // events once. Memory: 4 KiB a step and value at most.
  virtual Result<std::vector<ValueSeries>> value_series(const Range& range, const Step& step,
                                                        const Facet& facet,
                                                        const std::vector<std::string>& values,
                                                        const Filter& filter) = 0;

  virtual Result<Visits> visits(const Range& range, const Filter& filter) = 0;
  // Steps as timeseries() has them; its sums are those of visits().
  virtual Result<VisitSeries> visit_series(const Range& range, const Step& step,
                                           const Filter& filter) = 0;
  virtual Result<Overview> overview(const Range& range, const Step& step, const Filter& filter) = 0;
  // As top(), of the events that begin or end a visit: they add up to visits()' entries or exits.
  virtual Result<std::vector<TopEntry>> visit_ends(const Range& range, VisitEnd end,
                                                   const Facet& facet, const Filter& filter,
                                                   std::uint32_t limit) = 0;

  // Rows newest first. `visit` returns false to stop. Returns the next page's cursor, "" at the
  // end.
  virtual Result<std::string> events(const Range& range, const Filter& filter, const Page& page,
                                     FunctionRef<bool(const event::Row&)> visit) = 0;

  // All rows of the range, oldest first, for exports.
  virtual Result<void> scan(const Range& range, const Filter& filter,
                            FunctionRef<bool(const event::Row&)> visit) = 0;

  // Rows stored after `position` ("" is now), in order of storing; returns the new position.
  virtual Result<std::string> follow(const std::string& position, std::uint32_t limit,
                                     FunctionRef<bool(const event::Row&)> visit) = 0;

  // Whether the filter leaves a row that follow() gave.
  virtual bool is_left(const Filter& filter, const event::Row& row) = 0;

  virtual Result<std::optional<std::string>> event_json(std::string_view id_hex) = 0;
};

}  // namespace penstock::store
