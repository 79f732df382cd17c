// The questions that are answered by rows: pages, exports, the live tail, one event. Which rows of
// a range a filter leaves, and in which order, is told by columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/contract/queries.h"
#include "store/sqlite/day_reader.h"
#include "store/sqlite/day_scan.h"
#include "store/sqlite/position.h"

namespace penstock::store {

class Listing {
 public:
  // Files that a tail looks at besides those that were changed since its last look: the last
  // changed ones, and the newest days, which the writer has open.
  static constexpr std::size_t kFollowedDays = 16;

  // Borrows both.
  Listing(DayReaders& days, DayScan& scan) : days_(days), scan_(scan) {}

  Result<std::string> events(const Range& range, const Filter& filter, const Page& page,
                             FunctionRef<bool(const event::Row&)> visit);
  Result<void> scan(const Range& range, const Filter& filter,
                    FunctionRef<bool(const event::Row&)> visit);
  Result<std::string> follow(const std::string& position, std::uint32_t limit,
                             FunctionRef<bool(const event::Row&)> visit);
  Result<std::optional<std::string>> event_json(std::string_view id_hex);

 private:
  // A page in hand: `position` is behind the last row that was visited.
  struct Walk {
    std::uint32_t rows_left;
    std::optional<RowPosition> position;
    bool is_stopped = false;  // By the visitor or because no rows are left to give.
    // Of a scan: those that were found and not yet visited, the next one last.
    std::vector<RowPlace> places = {};
    bool has_more_places = false;
  };

  // The first `count` rows of a day behind the walk's position.
  Result<std::vector<RowPlace>> first_rows(DayReader& reader, const Range& range,
                                           const Filter& filter, const Walk& walk,
                                           FirstRows::Order order, std::size_t count);
  Result<void> list_day(DayReader& reader, const Range& range, const Filter& filter, Walk& walk,
                        FunctionRef<bool(const event::Row&)> visit);
  // One page of a day, oldest first. False when the day is done or the visitor has stopped.
  Result<bool> scan_page(DayReader& reader, const Range& range, const Filter& filter, Walk& walk,
                         FunctionRef<bool(const event::Row&)> visit);
  // A followed day's rows.
  struct Tail {
    std::int64_t day_ms;
    sqlite::Statement rows;  // On its next row.
  };
  // Days that may have rows behind this one.
  std::vector<std::int64_t> followed_days(std::int64_t after) const;
  // The newest row id of all of them.
  Result<std::int64_t> newest_row(std::int64_t after);
  // Those that have rows of (after, newest].
  Result<std::vector<Tail>> tails(std::int64_t after, std::int64_t newest);
  // To the next row. Takes the tail away at its end, and where its day cannot be read further.
  Result<void> advance(std::vector<Tail>& tails, std::size_t at);

  DayReaders& days_;
  DayScan& scan_;
};

}  // namespace penstock::store
