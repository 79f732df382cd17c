// retention.db beside the day files: how far the rules of retention were followed in each day, and
// how many events each has deleted. What is lost of it is looked for again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/contract/retention_rule.h"

namespace penstock::store {

struct RuleMark {
  std::string due;     // Which rules' time was over.
  std::int64_t inode;  // Of the day's file: one that was put back is looked at anew.
  std::int64_t last_row;

  bool operator==(const RuleMark&) const = default;
};

class RuleMarks {
 public:
  // Nothing is opened before it is asked.
  explicit RuleMarks(const std::string& folder) : path_(path_in(folder)) {}

  Result<std::optional<RuleMark>> of(std::int64_t day_ms);
  Result<void> set(std::int64_t day_ms, const RuleMark& mark);
  // Of days that are no more.
  Result<void> forget_before(std::int64_t day_ms);
  Result<void> add_removed(std::span<const RemovedRows> removed);

  // By rule; empty also where there is no such file or it cannot be read.
  static std::vector<RemovedRows> removed(const std::string& folder);
  static std::string path_in(const std::string& folder) { return folder + "/retention.db"; }

 private:
  Result<sqlite::Database*> database();

  const std::string path_;
  std::optional<sqlite::Database> database_;
};

}  // namespace penstock::store
