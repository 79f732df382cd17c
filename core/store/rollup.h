// Counts and visitor sketches of one batch, and their way into a day file.
//
// Rows are first counted in memory: one table entry for each minute, project, dimension and value,
// whatever the number of rows. Hours and days are folded from the minutes when the batch is
// written, and only then does SQLite see anything: one statement an entry. The rows of counts that
// were touched lately are remembered by their ids, so that most of these are an addition in place.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/hyperloglog.h"

namespace penstock::store {

// The statements of one day file, prepared once. After a failure it must not be used again: what it
// remembers may have been rolled back.
class RollupStatements {
 public:
  static Result<RollupStatements> prepare(sqlite::Database& database);

  // Before the first change of a transaction: forgets what another connection may have changed.
  Result<void> begin();

  Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                         std::int64_t at_s, std::string_view value, std::uint64_t events);
  Result<void> merge_sketch(std::int64_t step_s, std::string_view project, std::int64_t at_s,
                            const HyperLogLog& sketch);

 private:
  // A busy minute of some projects; 5 MiB.
  static constexpr std::size_t kKnownMax = 100'000;

  struct Known {
    std::uint64_t check;  // A second hash of the same key.
    std::int64_t id;
  };

  RollupStatements() = default;
  Result<std::int64_t> find_or_insert(std::int64_t step_s, std::string_view project,
                                      std::int64_t code, std::int64_t at_s, std::string_view value);

  // Optional only until prepare() has filled them.
  std::optional<sqlite::Statement> data_version_;
  std::optional<sqlite::Statement> find_;
  std::optional<sqlite::Statement> insert_;
  std::optional<sqlite::Statement> add_;
  std::optional<sqlite::Statement> read_sketch_;
  std::optional<sqlite::Statement> write_sketch_;
  std::unordered_map<std::uint64_t, Known> known_;  // By the hash of a count's key.
  std::int64_t seen_version_ = -1;
};

// Reusable: clear() keeps the tables' capacity.
class RollupBatch {
 public:
  RollupBatch();

  // Borrows the row's texts until write() or clear(). Requires occurred_at_ms >= 0.
  void add(const event::Row& row);

  // Adds everything to the file, inside the caller's transaction.
  Result<void> write(RollupStatements& statements);

  void clear();

 private:
  struct Count {
    std::uint64_t hash;
    std::int64_t at_s;
    std::string_view value;
    std::uint64_t events;
    std::uint32_t project;  // Index into projects_.
    std::uint32_t step_s;
    std::uint32_t code;
  };
  using SketchKey = std::pair<std::uint32_t, std::int64_t>;  // Project and time.
  using Sketches = std::map<SketchKey, HyperLogLog>;

  std::uint32_t index_of(std::string_view project);
  void count(std::uint32_t step_s, std::uint32_t project, std::uint32_t code, std::int64_t at_s,
             std::string_view value, std::uint64_t events);
  void grow_table();
  void add_visitor(std::uint32_t project, std::int64_t minute_s, std::uint64_t hash);
  void fold(std::uint32_t step_s);
  void sort_counts();
  Result<void> write_sketches(RollupStatements& statements, std::uint32_t step_s,
                              const Sketches& sketches);
  Sketches folded_sketches(std::int64_t step_s) const;

  std::vector<std::string_view> projects_;
  std::vector<Count> counts_;
  std::vector<std::uint32_t> table_;  // Open addressing: index into counts_ plus one, 0 is free.
  std::size_t minutes_ = 0;           // How many of counts_ are minutes, before any fold.
  Sketches sketches_;
  Sketches::iterator last_sketch_;
};

}  // namespace penstock::store
