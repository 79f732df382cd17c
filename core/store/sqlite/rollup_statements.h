// Rollups in a day file: the statements, prepared once.
//
// The rows of counts that were touched lately are remembered by their ids, so that most of what a
// batch adds is an addition in place.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

class RollupStatements final : public RollupSink {
 public:
  static Result<RollupStatements> prepare(sqlite::Database& database);

  // Forgets what another connection may have changed.
  Result<void> begin() override;

  Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                         std::int64_t at_s, std::string_view value, std::uint64_t events) override;
  Result<void> merge_sketch(std::int64_t step_s, std::string_view project, std::int64_t at_s,
                            const HyperLogLog& sketch) override;

 private:
  // A busy minute of some projects; 5 MiB.
  static constexpr std::size_t kKnownMax = 100'000;

  struct Known {
    std::uint64_t check;  // A second hash of the same key.
    std::int64_t id;
  };

  RollupStatements() = default;
  Result<bool> has_room(std::int64_t step_s, std::string_view project, std::int64_t code,
                        std::int64_t at_s);
  Result<std::int64_t> find_or_insert(std::int64_t step_s, std::string_view project,
                                      std::int64_t code, std::int64_t at_s, std::string_view value);

  // Optional only until prepare() has filled them.
  std::optional<sqlite::Statement> data_version_;
  std::optional<sqlite::Statement> find_;
  std::optional<sqlite::Statement> count_values_;
  std::optional<sqlite::Statement> insert_;
  std::optional<sqlite::Statement> add_;
  std::optional<sqlite::Statement> read_sketch_;
  std::optional<sqlite::Statement> write_sketch_;
  std::unordered_map<std::uint64_t, Known> known_;          // By the hash of a count's key.
  std::unordered_map<std::uint64_t, std::int64_t> values_;  // Of a bucket, by its hash.
  std::int64_t seen_version_ = -1;
};

}  // namespace penstock::store
