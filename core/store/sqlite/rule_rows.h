// Which of a day's events no rule of retention keeps any more, and their deletion, some rows at a
// time. Triggers of the file note what is deleted, so that columns and totals are made anew
// (column_writer.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/contract/event_store.h"

namespace penstock::store {

// The rules of a store, with store.retention_days behind the last.
class RuleSet {
 public:
  explicit RuleSet(const StoreOptions& options);

  std::size_t size() const { return days_.size(); }
  // "" for store.retention_days.
  std::string text(std::size_t rule) const;
  std::size_t of(std::string_view project, std::string_view kind) const {
    return rule_of(rules_, project, kind);
  }

  // By rule, whether its time is over for a day at `now_ms`. A day counts as in days_past().
  std::vector<bool> due(std::int64_t day_ms, std::int64_t now_ms) const;
  // The rules and which of them are due, as a text that differs where anything of it does.
  std::string due_text(const std::vector<bool>& due) const;

 private:
  std::vector<RetentionRule> rules_;
  std::vector<std::uint32_t> days_;
};

// One look at rows behind `after`.
struct RuleRows {
  std::optional<std::int64_t> last_row;  // The last that was looked at; nullopt: there are none.
  std::vector<std::int64_t> doomed;
  std::vector<std::uint64_t> by_rule;  // How many of them, by the rule.
};
Result<RuleRows> find_doomed_rows(sqlite::Database& database, const RuleSet& rules,
                                  const std::vector<bool>& due, std::int64_t after,
                                  std::uint32_t rows_max);

// Inside the caller's transaction.
Result<void> remove_rows(sqlite::Database& database, const std::vector<std::int64_t>& row_ids);

}  // namespace penstock::store
