// Counts and visitor sketches of one batch, and their way into a day file.
//
// Rows are first counted in memory: one table entry for each minute, project, dimension and value,
// whatever the number of rows. Hours and days are folded from the minutes when the batch is
// written, and only then does SQLite see anything: one upsert an entry, in the order of the key.
// So a batch of five thousand rows costs some hundreds of upserts and no allocation a row.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/hyperloglog.h"

namespace penstock::store {

// The statements of one day file, prepared once.
class RollupStatements {
 public:
  static Result<RollupStatements> prepare(sqlite::Database& database);

  Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                         std::int64_t at_s, std::string_view value, std::uint64_t events);
  Result<void> merge_sketch(std::int64_t step_s, std::string_view project, std::int64_t at_s,
                            const HyperLogLog& sketch);

 private:
  RollupStatements(sqlite::Statement add, sqlite::Statement read, sqlite::Statement write)
      : add_(std::move(add)), read_sketch_(std::move(read)), write_sketch_(std::move(write)) {}

  sqlite::Statement add_;
  sqlite::Statement read_sketch_;
  sqlite::Statement write_sketch_;
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
