#include "store/sqlite/id_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "base/text.h"

namespace penstock::store {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE runs (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, added INTEGER NOT NULL,
                   keys INTEGER NOT NULL, filter BLOB NOT NULL);
CREATE TABLE blocks (id INTEGER PRIMARY KEY, keys BLOB NOT NULL);
)";

constexpr std::size_t kKeyBytes = 10;
// 128 to 256 keys a block: what a page of 4 KiB holds without overflow.
constexpr std::int64_t kBlockKeysMax = 256;
constexpr int kBlockBits = 24;
// Runs of one size that become one, the sizes being powers of the same number.
constexpr std::size_t kFanIn = 16;
// Larger runs are not made: 10 MB in one transaction is what a batch may wait for.
constexpr std::int64_t kMergedKeysMax = 1'000'000;
// Of a day that is over, runs below it become one whatever their sizes.
constexpr std::int64_t kSmallKeys = 250'000;

bool is_before(const IdKey& a, const IdKey& b) {
  return std::tie(a.hash, a.rest) < std::tie(b.hash, b.rest);
}

// The blocks of a run are a power of two, so that a key's first bits say which is its own.
int block_bits(std::int64_t keys) {
  const auto blocks = static_cast<std::uint64_t>((keys + kBlockKeysMax - 1) / kBlockKeysMax);
  return std::min(static_cast<int>(std::bit_width(blocks - 1)), kBlockBits);
}

std::int64_t block_of(const IdKey& key, int bits) {
  return bits == 0 ? 0 : static_cast<std::int64_t>(key.hash >> (64 - bits));
}

std::int64_t row_of(std::int64_t run, std::int64_t block) { return run << kBlockBits | block; }

int size_class(std::int64_t keys) {
  int size = 0;
  for (; keys >= static_cast<std::int64_t>(kFanIn); keys /= kFanIn) ++size;
  return size;
}

void append_key(const IdKey& key, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(key.hash >> shift);
  out += static_cast<char>(key.rest >> 8);
  out += static_cast<char>(key.rest);
}

IdKey read_key(std::string_view bytes, std::int64_t day) {
  IdKey key;
  for (std::size_t i = 0; i < 8; ++i)
    key.hash = key.hash << 8 | static_cast<std::uint8_t>(bytes[i]);
  key.rest = static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[8]) << 8 |
                                        static_cast<std::uint8_t>(bytes[9]));
  key.day = day;
  return key;
}

Result<void> check_block(std::string_view keys) {
  if (!keys.empty() && keys.size() % kKeyBytes == 0) return {};
  return fail(ErrorCode::kCorrupt, "read a block of a run");
}

}  // namespace

Result<void> IdRuns::create(sqlite::Database& database) { return database.execute(kTables); }

Result<std::unique_ptr<IdRuns>> IdRuns::open(sqlite::Database database) {
  constexpr std::array<std::string_view, 6> kSql = {
      "SELECT keys FROM blocks WHERE id = ?",
      "SELECT keys FROM blocks WHERE id BETWEEN ? AND ? ORDER BY id",
      "INSERT INTO runs (id, day, added, keys, filter) VALUES (?, ?, ?, ?, ?)",
      "INSERT INTO blocks (id, keys) VALUES (?, ?)",
      "DELETE FROM runs WHERE id = ?",
      "DELETE FROM blocks WHERE id BETWEEN ? AND ?",
  };
  std::vector<sqlite::Statement> made;
  for (const std::string_view sql : kSql) {
    auto statement = database.prepare(sql);
    if (!statement) return fail(statement.error());
    made.push_back(*std::move(statement));
  }
  std::unique_ptr<IdRuns> runs(new IdRuns(
      std::move(database), Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]),
                                      std::move(made[3]), std::move(made[4]), std::move(made[5])}));
  PENSTOCK_TRY(runs->load());
  return runs;
}

Result<std::string> IdRuns::find_fault(sqlite::Database& database) {
  auto list = database.prepare(
      "SELECT runs.id, runs.keys, runs.filter, "
      "(SELECT ifnull(sum(length(keys)), 0) FROM blocks WHERE blocks.id BETWEEN runs.id << ?1 AND "
      "((runs.id + 1) << ?1) - 1) FROM runs");
  if (!list) return fail(list.error());
  list->bind(1, kBlockBits);
  while (true) {
    auto has_row = list->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return std::string();
    const auto key_bytes = static_cast<std::int64_t>(kKeyBytes);
    if (list->integer(1) > 0 && list->integer(3) == list->integer(1) * key_bytes &&
        BlockFilter::of_bytes(list->blob(2))) {
      continue;
    }
    return str_cat("run ", list->integer(0), " of ", list->integer(1),
                   " ids cannot be read: its blocks have ", list->integer(3), " bytes");
  }
}

Result<void> IdRuns::load() {
  auto list = database_.prepare("SELECT id, day, added, keys, filter FROM runs");
  if (!list) return fail(list.error());
  while (true) {
    auto has_row = list->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    auto filter = BlockFilter::of_bytes(list->blob(4));
    const std::int64_t keys = list->integer(3);
    if (!filter || keys <= 0) return fail(ErrorCode::kCorrupt, "read the list of runs");
    runs_.push_back(
        {list->integer(0), list->integer(1), list->integer(2), keys, *std::move(filter)});
    keys_ += keys;
    next_id_ = std::max(next_id_, runs_.back().id + 1);
  }
}

Result<void> IdRuns::find(std::span<const IdKey> keys, std::int64_t days,
                          std::vector<bool>& known) {
  known.assign(keys.size(), false);
  std::int64_t first_day = std::numeric_limits<std::int64_t>::max();
  for (const IdKey& key : keys) first_day = std::min(first_day, key.day);
  for (const Run& run : runs_) {
    if (first_day - run.day > days) continue;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!run.filter.may_have(keys[i].hash)) continue;
      if (known[i] || keys[i].day - run.day > days) continue;
      auto found = has(run, keys[i]);
      if (!found) return fail(found.error());
      if (*found) known[i] = true;
    }
  }
  return {};
}

Result<bool> IdRuns::has(const Run& run, const IdKey& key) {
  sqlite::Statement& find = statements_.find;
  find.bind(1, row_of(run.id, block_of(key, block_bits(run.keys))));
  auto has_row = find.step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return false;
  const std::string_view block = find.blob(0);
  const auto checked = check_block(block);
  std::size_t first = 0;
  std::size_t end = block.size() / kKeyBytes;
  bool is_found = false;
  while (checked && first < end && !is_found) {
    const std::size_t middle = (first + end) / 2;
    const IdKey here = read_key(block.substr(middle * kKeyBytes), 0);
    is_found = here.has_same_id(key);
    if (is_before(here, key)) {
      first = middle + 1;
    } else {
      end = middle;
    }
  }
  find.reset();
  if (!checked) return fail(checked.error());
  return is_found;
}

Result<void> IdRuns::add(std::span<const IdKey> keys, std::int64_t today) {
  if (keys.empty()) return {};
  const auto count = static_cast<std::int64_t>(keys.size());
  Run run{next_id_++, keys.front().day, today, count, BlockFilter(keys.size())};
  const int bits = block_bits(count);
  std::string block;
  for (std::size_t i = 0; i < keys.size();) {
    const std::int64_t number = block_of(keys[i], bits);
    block.clear();
    for (; i < keys.size() && block_of(keys[i], bits) == number; ++i) {
      append_key(keys[i], block);
      run.filter.add(keys[i].hash);
    }
    statements_.add_block.bind(1, row_of(run.id, number)).bind_blob(2, block);
    PENSTOCK_TRY(statements_.add_block.run());
  }
  statements_.add_run.bind(1, run.id).bind(2, run.day).bind(3, run.added).bind(4, run.keys);
  statements_.add_run.bind_blob(5, run.filter.view());
  PENSTOCK_TRY(statements_.add_run.run());
  keys_ += run.keys;
  runs_.push_back(std::move(run));
  return {};
}

std::vector<std::size_t> IdRuns::choose() const {
  std::int64_t newest = 0;
  for (const Run& run : runs_) newest = std::max(newest, run.day);
  struct Group {
    std::vector<std::size_t> runs;
    std::int64_t keys = 0;
  };
  std::map<std::pair<std::int64_t, int>, Group> groups;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const Run& run = runs_[i];
    const bool is_over = run.day < newest && run.keys < kSmallKeys;
    Group& group = groups[{run.day, is_over ? -1 : size_class(run.keys)}];
    if (group.keys + run.keys > kMergedKeysMax) {
      if (group.runs.size() > 1) return group.runs;
      continue;
    }
    group.runs.push_back(i);
    group.keys += run.keys;
    if (group.runs.size() == kFanIn) return group.runs;
  }
  return {};
}

Result<void> IdRuns::merge() {
  const std::vector<std::size_t> chosen = choose();
  if (chosen.empty()) return {};
  std::int64_t sum = 0;
  for (const std::size_t i : chosen) sum += runs_[i].keys;
  std::vector<IdKey> keys;
  keys.reserve(static_cast<std::size_t>(sum));
  std::int64_t added = 0;
  for (const std::size_t i : chosen) {
    const auto middle = static_cast<std::ptrdiff_t>(keys.size());
    PENSTOCK_TRY(read_keys(runs_[i], keys));
    std::inplace_merge(keys.begin(), keys.begin() + middle, keys.end(), is_before);
    added = std::max(added, runs_[i].added);
  }
  for (auto i = chosen.rbegin(); i != chosen.rend(); ++i) {
    PENSTOCK_TRY(remove(runs_[*i]));
    keys_ -= runs_[*i].keys;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(*i));
  }
  return add(keys, added);
}

Result<void> IdRuns::read_keys(const Run& run, std::vector<IdKey>& keys) {
  sqlite::Statement& blocks = statements_.blocks;
  blocks.bind(1, row_of(run.id, 0)).bind(2, row_of(run.id + 1, 0) - 1);
  while (true) {
    auto has_row = blocks.step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return {};
    std::string_view block = blocks.blob(0);
    if (auto checked = check_block(block); !checked) {
      blocks.reset();
      return checked;
    }
    for (; !block.empty(); block.remove_prefix(kKeyBytes)) keys.push_back(read_key(block, run.day));
  }
}

Result<void> IdRuns::remove(const Run& run) {
  statements_.remove_blocks.bind(1, row_of(run.id, 0)).bind(2, row_of(run.id + 1, 0) - 1);
  PENSTOCK_TRY(statements_.remove_blocks.run());
  statements_.remove_run.bind(1, run.id);
  return statements_.remove_run.run();
}

Result<void> IdRuns::forget(std::int64_t oldest_kept, std::int64_t oldest_added) {
  std::int64_t forgotten = 0;
  for (std::size_t i = 0; i < runs_.size() && forgotten < kMergedKeysMax;) {
    const Run& run = runs_[i];
    if (run.day >= oldest_kept || run.added >= oldest_added) {
      ++i;
      continue;
    }
    PENSTOCK_TRY(remove(run));
    forgotten += run.keys;
    keys_ -= run.keys;
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return {};
}

}  // namespace penstock::store
