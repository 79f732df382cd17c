#include "store/sqlite/listing.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <span>

#include "base/text.h"
#include "event/id.h"
#include "store/contract/row_json.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// An export gives its read lock back after so many rows: the journal cannot be taken back into the
// file while anybody reads an older state of it.
constexpr std::size_t kScanPageRows = 2'000;
// Whose places it finds at once: any number of rows may have the same time, and all of their chunks
// are looked at for some of them.
constexpr std::size_t kScanPlaces = 65'536;

// Who asks for so many rows at once takes all of them, page by page.
constexpr std::uint32_t kBulkRows = 500;

RowPlace place_of(const RowPosition& position) {
  return {position.occurred_at_ms, position.row_id};
}

// In the order of `first`: an index by time, which older days have, spares a sort.
Result<void> find_by_rows(DayReader& reader, FirstRows& first) {
  const bool is_newest_first = first.order() == FirstRows::Order::kNewestFirst;
  auto rows = reader.database().lend(
      str_cat("SELECT occurred_at, rowid FROM events WHERE occurred_at >= ? AND occurred_at < ? "
              "ORDER BY ",
              is_newest_first ? "occurred_at DESC, rowid DESC" : "occurred_at, rowid"));
  if (!rows) return fail(rows.error());
  rows->bind(1, first.range().from_ms).bind(2, first.range().to_ms);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row || first.is_full()) return {};
    first.add({rows->integer(0), rows->integer(1)});
  }
}

// How many of the places, from the last one on towards the first, have row ids that follow one
// another: rows mostly have their times in the order in which they were stored. `max` at most.
std::size_t neighbours(std::span<const RowPlace> places, std::size_t max) {
  std::size_t run = 1;
  while (run < std::min(max, places.size()) &&
         places[places.size() - 1 - run].row_id == places[places.size() - run].row_id + 1) {
    ++run;
  }
  return run;
}

// What is read once and from end to end, in hundreds of days and by each thread of the console,
// would fill each day's cache.
Result<void> forget_pages(DayReader& reader) {
  return reader.database().execute("PRAGMA shrink_memory");
}

}  // namespace

Result<std::string> Listing::events(const Range& range, const Filter& filter, const Page& page,
                                    FunctionRef<bool(const event::Row&)> visit) {
  Walk walk{page.limit, std::nullopt};
  Range rest = range;
  if (!page.cursor.empty()) {
    walk.position = RowPosition::parse(page.cursor);
    if (!walk.position) return fail(ErrorCode::kRejected, "a cursor that a page before gave");
    rest.to_ms = std::min(rest.to_ms, walk.position->occurred_at_ms + 1);
  }

  const Result<void> read =
      days_.each_newest_first(rest, [&](DayReader& reader, std::int64_t) -> Result<bool> {
        PENSTOCK_TRY(list_day(reader, rest, filter, walk, visit));
        if (!walk.is_stopped || page.limit >= kBulkRows) PENSTOCK_TRY(forget_pages(reader));
        return !walk.is_stopped;
      });
  PENSTOCK_TRY(read);
  if (!walk.is_stopped) return std::string();
  return walk.position ? walk.position->text() : page.cursor;
}

Result<std::vector<RowPlace>> Listing::first_rows(DayReader& reader, const Range& range,
                                                  const Filter& filter, const Walk& walk,
                                                  FirstRows::Order order, std::size_t count) {
  const RowPlace after = walk.position ? place_of(*walk.position) : RowPlace{};
  const RowPlace* const behind = walk.position ? &after : nullptr;
  const bool needs_columns = !filter.is_empty() || !filter.project.empty();
  if (needs_columns || reader.has_columns()) {
    FirstRows first(order, range, behind, count);
    const auto found = scan_.find(reader, filter, first);
    if (found) return first.take();
    // Columns that are damaged hide no rows.
    if (needs_columns || found.error().code != ErrorCode::kCorrupt) return fail(found.error());
  }
  FirstRows by_rows(order, range, behind, count);
  PENSTOCK_TRY(find_by_rows(reader, by_rows));
  return by_rows.take();
}

// Rows are read behind the scan: one that is removed in between is left out.
Result<void> Listing::list_day(DayReader& reader, const Range& range, const Filter& filter,
                               Walk& walk, FunctionRef<bool(const event::Row&)> visit) {
  auto places = first_rows(reader, range, filter, walk, FirstRows::Order::kNewestFirst,
                           std::size_t{walk.rows_left} + 1);
  if (!places) return fail(places.error());
  for (const RowPlace& place : *places) {
    if (walk.rows_left == 0) {
      walk.is_stopped = true;
      return {};
    }
    auto is_there = reader.read_row(place.row_id, [&](const event::Row& row) {
      --walk.rows_left;
      walk.is_stopped = !visit(row);
    });
    if (!is_there) return fail(is_there.error());
    walk.position = RowPosition{place.at_ms, place.row_id};
    if (walk.is_stopped) return {};
  }
  return {};
}

Result<void> Listing::scan(const Range& range, const Filter& filter,
                           FunctionRef<bool(const event::Row&)> visit) {
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    Walk walk{};
    // Opened anew for each page: the visitor may have taken its time.
    bool goes_on = true;
    while (goes_on) {
      goes_on = false;
      PENSTOCK_TRY(days_.visit(day_ms, [&](DayReader& reader) -> Result<void> {
        auto has_more = scan_page(reader, range, filter, walk, visit);
        if (!has_more) return fail(has_more.error());
        goes_on = *has_more;
        return goes_on ? Result<void>() : forget_pages(reader);
      }));
    }
    if (walk.is_stopped) return {};
  }
  return {};
}

Result<bool> Listing::scan_page(DayReader& reader, const Range& range, const Filter& filter,
                                Walk& walk, FunctionRef<bool(const event::Row&)> visit) {
  if (walk.places.empty()) {
    auto places =
        first_rows(reader, range, filter, walk, FirstRows::Order::kOldestFirst, kScanPlaces);
    if (!places) return fail(places.error());
    walk.has_more_places = places->size() == kScanPlaces;
    walk.places.assign(places->rbegin(), places->rend());
  }
  for (std::size_t read = 0; read < kScanPageRows && !walk.places.empty();) {
    const std::size_t run = neighbours(walk.places, kScanPageRows - read);
    const RowPlace first = walk.places.back();
    const RowPlace last = walk.places[walk.places.size() - run];
    PENSTOCK_TRY(reader.read_rows(first.row_id, last.row_id, [&](const event::Row& row) {
      walk.is_stopped = !visit(row);
      return !walk.is_stopped;
    }));
    if (walk.is_stopped) return false;
    walk.places.resize(walk.places.size() - run);
    walk.position = RowPosition{last.at_ms, last.row_id};
    read += run;
  }
  return !walk.places.empty() || walk.has_more_places;
}

// Late events change hundreds of files at once, and so does closing them, while today's is not the
// last.
std::vector<std::int64_t> Listing::followed_days(std::int64_t after) const {
  auto days = days_.days(0, std::numeric_limits<std::int64_t>::max());
  days.erase(days.begin(),
             days.end() - static_cast<std::ptrdiff_t>(std::min(days.size(), kFollowedDays)));
  const auto changed = days_.recently_changed(kFollowedDays, changed_behind_ns(after));
  std::vector<std::int64_t> all;
  std::set_union(days.begin(), days.end(), changed.begin(), changed.end(), std::back_inserter(all));
  return all;
}

Result<std::int64_t> Listing::newest_row(std::int64_t after) {
  std::int64_t newest = 0;
  for (const std::int64_t day_ms : followed_days(after)) {
    PENSTOCK_TRY(days_.visit(day_ms, [&](DayReader& reader) -> Result<void> {
      auto statement = reader.database().prepare("SELECT ifnull(max(rowid), 0) FROM events");
      if (!statement) return fail(statement.error());
      const auto has_row = statement->step();
      if (!has_row) return fail(has_row.error());
      newest = std::max(newest, statement->integer(0));
      return {};
    }));
  }
  return newest;
}

Result<std::vector<Listing::Tail>> Listing::tails(std::int64_t after, std::int64_t newest) {
  const std::string sql = str_cat("SELECT rowid,", kRowColumns,
                                  " FROM events WHERE rowid > ? AND rowid <= ? ORDER BY rowid");
  std::vector<Tail> found;
  for (const std::int64_t day_ms : followed_days(after)) {
    PENSTOCK_TRY(days_.visit(day_ms, [&](DayReader& reader) -> Result<void> {
      auto rows = reader.database().prepare(sql);
      if (!rows) return fail(rows.error());
      rows->bind(1, after).bind(2, newest);
      auto has_row = rows->step();
      if (!has_row) return fail(has_row.error());
      if (*has_row) found.push_back({day_ms, *std::move(rows)});
      return {};
    }));
  }
  return found;
}

Result<void> Listing::advance(std::vector<Tail>& tails, std::size_t at) {
  Tail& tail = tails[at];
  const auto has_row = tail.rows.step();
  if (has_row && *has_row) return {};
  const std::int64_t day_ms = tail.day_ms;
  tails.erase(tails.begin() + static_cast<std::ptrdiff_t>(at));
  return has_row ? Result<void>() : days_.pass_over(day_ms, has_row.error());
}

// Row ids are the order of storing over all files. The files are read one after the other while the
// writer goes on, so a row of a file read early may be missed though a later one of another file is
// seen. Hence the newest row of all files is found first: whatever was stored before that one is in
// its file by now, and nothing behind it is shown yet.
//
// What is behind a damaged place of a day is passed over for good, and the day is named as missing:
// the others go on.
Result<std::string> Listing::follow(const std::string& position, std::uint32_t limit,
                                    FunctionRef<bool(const event::Row&)> visit) {
  std::optional<std::int64_t> after = 0;
  if (!position.empty()) after = parse_int(position);
  if (!after || *after < 0) return fail(ErrorCode::kRejected, "a position that follow() gave");
  auto newest = newest_row(position.empty() ? std::numeric_limits<std::int64_t>::max() : *after);
  if (!newest) return fail(newest.error());
  *newest = std::max(*newest, *after);
  if (position.empty() || *newest == *after) return str_cat(*newest);

  auto rows = tails(*after, *newest);
  if (!rows) return fail(rows.error());
  std::int64_t last = *after;
  for (std::uint32_t given = 0; !rows->empty(); ++given) {
    if (given == limit) return str_cat(last);
    const auto oldest = std::min_element(
        rows->begin(), rows->end(),
        [](const Tail& a, const Tail& b) { return a.rows.integer(0) < b.rows.integer(0); });
    last = oldest->rows.integer(0);
    if (!visit(row_of(oldest->rows, 1))) return str_cat(last);
    PENSTOCK_TRY(advance(*rows, static_cast<std::size_t>(oldest - rows->begin())));
  }
  return str_cat(*newest);
}

Result<std::optional<std::string>> Listing::event_json(std::string_view id_hex) {
  const auto id = event::Id::from_hex(id_hex);
  if (!id) return std::optional<std::string>();

  // The id's own day first; an id that another program chose may be in any.
  auto days = days_.days(0, std::numeric_limits<std::int64_t>::max());
  std::reverse(days.begin(), days.end());
  const auto own = std::find(days.begin(), days.end(), event::start_of_day(id->time_ms()));
  if (own != days.end()) std::rotate(days.begin(), own, own + 1);
  std::optional<std::string> json;
  for (const std::int64_t day_ms : days) {
    PENSTOCK_TRY(days_.visit(day_ms, [&](DayReader& reader) -> Result<void> {
      auto rows =
          reader.database().prepare(str_cat("SELECT ", kRowColumns, " FROM events WHERE id = ?"));
      if (!rows) return fail(rows.error());
      rows->bind_blob(1, id->view());
      auto has_row = rows->step();
      if (!has_row) return fail(has_row.error());
      if (*has_row) append_row_json(row_of(*rows, 0), json.emplace());
      return {};
    }));
    if (json) break;
  }
  return json;
}

}  // namespace penstock::store
