// Rollups in a day file: the statements, prepared once.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/rollup/rollup_sink.h"

namespace penstock::store {

class RollupStatements final : public RollupSink {
 public:
  static Result<RollupStatements> prepare(sqlite::Database& database);

  Result<void> add_count(std::int64_t step_s, std::string_view project, std::int64_t code,
                         std::int64_t at_s, std::uint64_t events) override;
  Result<void> merge_sketch(std::int64_t step_s, std::string_view project, std::int64_t at_s,
                            const HyperLogLog& sketch) override;

 private:
  RollupStatements() = default;

  // Optional only until prepare() has filled them.
  std::optional<sqlite::Statement> add_;
  std::optional<sqlite::Statement> read_sketch_;
  std::optional<sqlite::Statement> write_sketch_;
};

}  // namespace penstock::store
