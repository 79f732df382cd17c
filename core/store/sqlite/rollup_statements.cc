#include "store/sqlite/rollup_statements.h"

#include <utility>

#include "base/hash.h"

namespace penstock::store {

Result<RollupStatements> RollupStatements::prepare(sqlite::Database& database) {
  RollupStatements statements;
  const std::pair<std::optional<sqlite::Statement>*, std::string_view> wanted[] = {
      {&statements.data_version_, "PRAGMA data_version"},
      {&statements.find_,
       "SELECT id FROM counts WHERE step = ? AND project = ? AND dimension = ? AND at = ? "
       "AND value = ?"},
      {&statements.insert_,
       "INSERT INTO counts (step, project, dimension, at, value, events) VALUES (?,?,?,?,?,0) "
       "RETURNING id"},
      {&statements.add_, "UPDATE counts SET events = events + ? WHERE id = ?"},
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

Result<void> RollupStatements::begin() {
  auto has_row = data_version_->step();
  if (!has_row) return fail(has_row.error());
  const std::int64_t version = data_version_->integer(0);
  data_version_->reset();
  if (version != seen_version_ || known_.size() > kKnownMax) known_.clear();
  seen_version_ = version;
  return {};
}

Result<void> RollupStatements::add_count(std::int64_t step_s, std::string_view project,
                                         std::int64_t code, std::int64_t at_s,
                                         std::string_view value, std::uint64_t events) {
  const auto time = static_cast<std::uint64_t>(at_s * 128 + code) * 128 +
                    static_cast<std::uint64_t>(step_s / kMinuteS % 127);
  const std::uint64_t seed = hash64(project, time);
  const std::uint64_t key = hash64(value, seed);
  const std::uint64_t check = hash64(value, ~seed);
  auto [known, is_new] = known_.try_emplace(key, Known{check, 0});
  if (is_new || known->second.check != check) {
    auto id = find_or_insert(step_s, project, code, at_s, value);
    if (!id) return fail(id.error());
    known->second = {check, *id};
  }
  add_->bind(1, static_cast<std::int64_t>(events)).bind(2, known->second.id);
  return add_->run();
}

Result<std::int64_t> RollupStatements::find_or_insert(std::int64_t step_s, std::string_view project,
                                                      std::int64_t code, std::int64_t at_s,
                                                      std::string_view value) {
  for (sqlite::Statement* statement : {&*find_, &*insert_}) {
    statement->bind(1, step_s).bind(2, project).bind(3, code).bind(4, at_s).bind(5, value);
    auto has_row = statement->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) continue;
    const std::int64_t id = statement->integer(0);
    statement->reset();
    return id;
  }
  return fail(ErrorCode::kCorrupt, "insert a count");
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
