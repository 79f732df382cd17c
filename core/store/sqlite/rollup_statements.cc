#include "store/sqlite/rollup_statements.h"

#include <utility>

namespace penstock::store {

Result<RollupStatements> RollupStatements::prepare(sqlite::Database& database) {
  RollupStatements statements;
  const std::pair<std::optional<sqlite::Statement>*, std::string_view> wanted[] = {
      {&statements.add_,
       "INSERT INTO counts (step, project, dimension, at, value, events) VALUES (?,?,?,?,'',?) "
       "ON CONFLICT DO UPDATE SET events = events + excluded.events"},
      {&statements.read_sketch_,
       "SELECT sketch FROM visitors WHERE step = ? AND project = ? AND at = ?"},
      {&statements.write_sketch_,
       "INSERT INTO visitors (step, project, at, sketch) VALUES (?,?,?,?) "
       "ON CONFLICT DO UPDATE SET sketch = excluded.sketch"},
  };
  for (const auto& [statement, sql] : wanted) {
    auto prepared = database.prepare(sql);
    if (!prepared) return fail(prepared.error());
    statement->emplace(*std::move(prepared));
  }
  return statements;
}

Result<void> RollupStatements::add_count(std::int64_t step_s, std::string_view project,
                                         std::int64_t code, std::int64_t at_s,
                                         std::uint64_t events) {
  add_->bind(1, step_s).bind(2, project).bind(3, code).bind(4, at_s).bind(5, events);
  return add_->run();
}

Result<void> RollupStatements::merge_sketch(std::int64_t step_s, std::string_view project,
                                            std::int64_t at_s, const HyperLogLog& sketch) {
  read_sketch_->bind(1, step_s).bind(2, project).bind(3, at_s);
  auto found = read_sketch_->step();
  if (!found) return fail(found.error());
  HyperLogLog merged;
  if (*found) {
    auto kept = HyperLogLog::from_bytes(read_sketch_->blob(0));
    read_sketch_->reset();
    if (!kept) return fail(kept.error());
    merged = *std::move(kept);
  }
  merged.merge(sketch);

  std::string bytes;
  merged.append_to(bytes);
  write_sketch_->bind(1, step_s).bind(2, project).bind(3, at_s).bind_blob(4, bytes);
  return write_sketch_->run();
}

}  // namespace penstock::store
