#include "store/sqlite/listing.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "event/id.h"
#include "store/contract/row_json.h"
#include "store/sqlite/row_filter.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

// An export gives its read lock back after so many rows: the journal cannot be taken back into the
// file while anybody reads an older state of it.
constexpr std::uint32_t kScanPageRows = 2'000;

// Newest first, or oldest first: rows strictly behind a position in that order.
constexpr std::string_view kBehindNewest =
    " AND occurred_at <= ? AND (occurred_at < ? OR rowid < ?)";
constexpr std::string_view kBehindOldest =
    " AND occurred_at >= ? AND (occurred_at > ? OR rowid > ?)";

std::string page_sql(const Filter& filter, bool has_position, bool is_newest_first) {
  std::string sql = str_cat("SELECT rowid,", kRowColumns,
                            " FROM events WHERE occurred_at >= ? AND occurred_at < ?");
  if (has_position) sql += is_newest_first ? kBehindNewest : kBehindOldest;
  sql += filter_sql(filter);
  sql += is_newest_first ? " ORDER BY occurred_at DESC, rowid DESC LIMIT ?"
                         : " ORDER BY occurred_at, rowid LIMIT ?";
  return sql;
}

void bind_page(sqlite::Statement& statement, const Range& range, const Filter& filter,
               const std::optional<RowPosition>& position, std::int64_t limit) {
  statement.bind(1, range.from_ms).bind(2, range.to_ms);
  int index = 3;
  if (position) {
    statement.bind(index++, position->occurred_at_ms);
    statement.bind(index++, position->occurred_at_ms);
    statement.bind(index++, position->row_id);
  }
  statement.bind(bind_filter(statement, index, filter), limit);
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

  auto days = days_.days(rest.from_ms, rest.to_ms);
  std::reverse(days.begin(), days.end());
  for (const std::int64_t day_ms : days) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    PENSTOCK_TRY(list_day(**reader, rest, filter, walk, visit));
    if (walk.is_stopped) return walk.position ? walk.position->text() : page.cursor;
  }
  return std::string();
}

Result<void> Listing::list_day(DayReader& reader, const Range& range, const Filter& filter,
                               Walk& walk, FunctionRef<bool(const event::Row&)> visit) {
  auto rows = reader.database().prepare(page_sql(filter, walk.position.has_value(), true));
  if (!rows) return fail(rows.error());
  // One row more than is wanted tells whether there is a next page.
  bind_page(*rows, range, filter, walk.position, std::int64_t{walk.rows_left} + 1);
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    if (walk.rows_left == 0) {
      walk.is_stopped = true;
      return {};
    }
    const event::Row row = row_of(*rows, 1);
    --walk.rows_left;
    walk.position = RowPosition{row.record.occurred_at_ms, rows->integer(0)};
    if (!visit(row)) {
      walk.is_stopped = true;
      return {};
    }
  }
}

Result<void> Listing::scan(const Range& range, const Filter& filter,
                           FunctionRef<bool(const event::Row&)> visit) {
  for (const std::int64_t day_ms : days_.days(range.from_ms, range.to_ms)) {
    Walk walk{kScanPageRows, std::nullopt};
    while (true) {
      // Opened anew for each page: the visitor may have taken its time.
      auto reader = days_.open(day_ms);
      if (!reader) return fail(reader.error());
      if (*reader == nullptr) break;
      auto goes_on = scan_page(**reader, range, filter, walk, visit);
      if (!goes_on) return fail(goes_on.error());
      if (!*goes_on) break;
    }
    if (walk.is_stopped) return {};
  }
  return {};
}

Result<bool> Listing::scan_page(DayReader& reader, const Range& range, const Filter& filter,
                                Walk& walk, FunctionRef<bool(const event::Row&)> visit) {
  auto rows = reader.database().prepare(page_sql(filter, walk.position.has_value(), false));
  if (!rows) return fail(rows.error());
  bind_page(*rows, range, filter, walk.position, kScanPageRows);
  std::uint32_t seen = 0;
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return seen == kScanPageRows;
    const event::Row row = row_of(*rows, 1);
    ++seen;
    walk.position = RowPosition{row.record.occurred_at_ms, rows->integer(0)};
    if (!visit(row)) {
      walk.is_stopped = true;
      return false;
    }
  }
}

Result<std::vector<DayReader*>> Listing::followed_days() {
  std::vector<DayReader*> readers;
  for (const std::int64_t day_ms : days_.recently_changed(kFollowedDays)) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader != nullptr) readers.push_back(*reader);
  }
  return readers;
}

// Row ids are the order of storing over all files. The files are read one after the other while the
// writer goes on, so a row of a file read early may be missed though a later one of another file is
// seen. Hence the newest row of all files is found first: whatever was stored before that one is in
// its file by now, and nothing behind it is shown yet.
Result<std::string> Listing::follow(const std::string& position, std::uint32_t limit,
                                    FunctionRef<bool(const event::Row&)> visit) {
  std::optional<std::int64_t> after = 0;
  if (!position.empty()) after = parse_int(position);
  if (!after) return fail(ErrorCode::kRejected, "a position that follow() gave");
  auto readers = followed_days();
  if (!readers) return fail(readers.error());

  std::int64_t newest = *after;
  for (DayReader* reader : *readers) {
    auto statement = reader->database().prepare("SELECT ifnull(max(rowid), 0) FROM events");
    if (!statement) return fail(statement.error());
    PENSTOCK_TRY(statement->step());
    newest = std::max(newest, statement->integer(0));
  }
  if (position.empty() || newest == *after) return str_cat(newest);

  const std::string sql = str_cat("SELECT rowid,", kRowColumns,
                                  " FROM events WHERE rowid > ? AND rowid <= ? ORDER BY rowid");
  std::vector<sqlite::Statement> tails;  // Each stands on its next row.
  for (DayReader* reader : *readers) {
    auto rows = reader->database().prepare(sql);
    if (!rows) return fail(rows.error());
    rows->bind(1, *after).bind(2, newest);
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (*has_row) tails.push_back(*std::move(rows));
  }

  std::int64_t last = *after;
  for (std::uint32_t given = 0; !tails.empty(); ++given) {
    if (given == limit) return str_cat(last);
    const auto oldest =
        std::min_element(tails.begin(), tails.end(),
                         [](const auto& a, const auto& b) { return a.integer(0) < b.integer(0); });
    last = oldest->integer(0);
    if (!visit(row_of(*oldest, 1))) return str_cat(last);
    auto has_row = oldest->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) tails.erase(oldest);
  }
  return str_cat(newest);
}

Result<std::optional<std::string>> Listing::event_json(std::string_view id_hex) {
  const auto id = event::Id::from_hex(id_hex);
  if (!id) return std::optional<std::string>();

  // The id's own day first; an id that another program chose may be in any.
  auto days = days_.days(0, std::numeric_limits<std::int64_t>::max());
  std::reverse(days.begin(), days.end());
  const auto own = std::find(days.begin(), days.end(), event::start_of_day(id->time_ms()));
  if (own != days.end()) std::rotate(days.begin(), own, own + 1);
  for (const std::int64_t day_ms : days) {
    auto reader = days_.open(day_ms);
    if (!reader) return fail(reader.error());
    if (*reader == nullptr) continue;
    auto rows =
        (*reader)->database().prepare(str_cat("SELECT ", kRowColumns, " FROM events WHERE id = ?"));
    if (!rows) return fail(rows.error());
    rows->bind_blob(1, id->view());
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) continue;
    std::string json;
    append_row_json(row_of(*rows, 0), json);
    return std::optional(std::move(json));
  }
  return std::optional<std::string>();
}

}  // namespace penstock::store
