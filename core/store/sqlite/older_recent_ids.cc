#include "store/sqlite/older_recent_ids.h"

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "sqlite/versions.h"

namespace penstock::store {
namespace {

// `rest` held 12 bits of the key above 16 bits of the day; `low` the other 61 bits.
constexpr int kDayBits = 16;
constexpr std::int64_t kDayMask = (std::int64_t{1} << kDayBits) - 1;
constexpr std::int64_t kFrontMask = 0xfff;
// 24 MB of memory, whatever the file's size.
constexpr std::size_t kKeysAtOnce = 1'000'000;

IdKey key_of(std::int64_t low, std::int64_t rest) {
  const auto front = static_cast<std::uint64_t>(rest >> kDayBits & kFrontMask);
  return {.hash = static_cast<std::uint64_t>(low) << 3 | front >> 9,
          .rest = static_cast<std::uint16_t>(front & 0x1ff),
          .day = rest & kDayMask};
}

using Days = std::map<std::int64_t, std::vector<IdKey>>;

Result<void> add_all(IdRuns& runs, Days& days) {
  for (const auto& [day, keys] : days) PENSTOCK_TRY(runs.add(keys, day));
  days.clear();
  return {};
}

// In the order of `low`, which is that of the keys.
Result<void> move_keys(IdRuns& runs) {
  auto rows = runs.database().prepare("SELECT low, rest FROM recent ORDER BY low");
  if (!rows) return fail(rows.error());
  Days days;
  std::size_t keys = 0;
  while (true) {
    const auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return add_all(runs, days);
    const IdKey key = key_of(rows->integer(0), rows->integer(1));
    days[key.day].push_back(key);
    if (++keys % kKeysAtOnce == 0) PENSTOCK_TRY(add_all(runs, days));
  }
}

}  // namespace

// Not by a Transaction, which borrows what is moved into the runs. Without the COMMIT the closing
// of the database takes all of it back.
Result<std::unique_ptr<IdRuns>> migrate_recent_ids(sqlite::Database database,
                                                   const std::string& path) {
  PENSTOCK_TRY(database.execute("BEGIN IMMEDIATE"));
  PENSTOCK_TRY(sqlite::keep_copy(path, 1));
  PENSTOCK_TRY(IdRuns::create(database));
  auto runs = IdRuns::open(std::move(database));
  if (!runs) return runs;
  PENSTOCK_TRY(move_keys(**runs));
  PENSTOCK_TRY((*runs)->database().execute(
      "DROP TABLE recent; DROP TABLE state; PRAGMA user_version = 2; COMMIT"));
  return runs;
}

}  // namespace penstock::store
