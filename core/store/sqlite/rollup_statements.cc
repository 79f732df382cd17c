#include "store/sqlite/rollup_statements.h"

#include <utility>

#include "base/hash.h"

namespace penstock::store {
namespace {

std::uint64_t bucket_hash(std::int64_t step_s, std::string_view project, std::int64_t code,
                          std::int64_t at_s) {
  const auto time = static_cast<std::uint64_t>(at_s * 128 + code) * 128 +
                    static_cast<std::uint64_t>(step_s / kMinuteS % 127);
  return hash64(project, time);
}

}  // namespace

Result<RollupStatements> RollupStatements::prepare(sqlite::Database& database) {
  RollupStatements statements;
  const std::pair<std::optional<sqlite::Statement>*, std::string_view> wanted[] = {
      {&statements.data_version_, "PRAGMA data_version"},
      {&statements.find_,
       "SELECT id FROM counts WHERE step = ? AND project = ? AND dimension = ? AND at = ? "
       "AND value = ?"},
      {&statements.count_values_,
       "SELECT count(*) FROM counts WHERE step = ? AND project = ? AND dimension = ? AND at = ?"},
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
  if (version != seen_version_ || known_.size() > kKnownMax) {
    known_.clear();
    values_.clear();
  }
  seen_version_ = version;
  return {};
}

Result<void> RollupStatements::add_count(std::int64_t step_s, std::string_view project,
                                         std::int64_t code, std::int64_t at_s,
                                         std::string_view value, std::uint64_t events) {
  const std::uint64_t seed = bucket_hash(step_s, project, code, at_s);
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

// Each new value of a bucket asks; its count is known from the first time on.
Result<bool> RollupStatements::has_room(std::int64_t step_s, std::string_view project,
                                        std::int64_t code, std::int64_t at_s) {
  if (code == kTotalCode || code == kBotsCode) return true;
  const auto [bucket, is_new] = values_.try_emplace(bucket_hash(step_s, project, code, at_s), 0);
  if (is_new) {
    count_values_->bind(1, step_s).bind(2, project).bind(3, code).bind(4, at_s);
    auto has_row = count_values_->step();
    if (!has_row) return fail(has_row.error());
    bucket->second = count_values_->integer(0);
    count_values_->reset();
  }
  return ++bucket->second <= values_max(step_s);
}

Result<std::int64_t> RollupStatements::find_or_insert(std::int64_t step_s, std::string_view project,
                                                      std::int64_t code, std::int64_t at_s,
                                                      std::string_view value) {
  const auto id_from = [&](sqlite::Statement& statement) -> Result<std::int64_t> {
    statement.bind(1, step_s).bind(2, project).bind(3, code).bind(4, at_s).bind(5, value);
    auto has_row = statement.step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return std::int64_t{0};  // No row has that id.
    const std::int64_t id = statement.integer(0);
    statement.reset();
    return id;
  };
  auto id = id_from(*find_);
  if (!id || *id != 0) return id;
  auto is_named = has_room(step_s, project, code, at_s);
  if (!is_named) return fail(is_named.error());
  if (!*is_named && value != kOtherValue) {
    return find_or_insert(step_s, project, code, at_s, kOtherValue);
  }
  id = id_from(*insert_);
  if (id && *id == 0) return fail(ErrorCode::kCorrupt, "insert a count");
  return id;
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
