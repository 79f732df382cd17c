#include "store/sqlite/rule_rows.h"

#include <algorithm>

#include "base/text.h"
#include "event/id.h"
#include "sqlite/versions.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {

RuleSet::RuleSet(const StoreOptions& options) : rules_(options.retain) {
  days_.reserve(rules_.size() + 1);
  for (const RetentionRule& rule : rules_) days_.push_back(rule.days);
  days_.push_back(options.retention_days);
}

std::string RuleSet::text(std::size_t rule) const {
  return rule < rules_.size() ? to_text(rules_[rule]) : std::string();
}

std::vector<bool> RuleSet::due(std::int64_t day_ms, std::int64_t now_ms) const {
  std::vector<bool> due;
  due.reserve(days_.size());
  const std::int64_t today_ms = event::start_of_day(now_ms);
  for (const std::uint32_t days : days_) {
    due.push_back(days > 0 && day_ms < today_ms - std::int64_t{days} * kDayMs);
  }
  return due;
}

std::string RuleSet::due_text(const std::vector<bool>& due) const {
  std::string text;
  for (std::size_t i = 0; i < days_.size(); ++i) {
    const bool is_rule = i < rules_.size();
    text += str_cat(is_rule ? rules_[i].project : "", "/", is_rule ? rules_[i].kind : "",
                    due[i] ? "+ " : "- ");
  }
  return text;
}

Result<RuleRows> find_doomed_rows(sqlite::Database& database, const RuleSet& rules,
                                  const std::vector<bool>& due, std::int64_t after,
                                  std::uint32_t rows_max) {
  auto rows = database.prepare(
      "SELECT rowid, project, kind FROM events WHERE rowid > ? ORDER BY rowid LIMIT ?");
  if (!rows) return fail(rows.error());
  rows->bind(1, after).bind(2, rows_max);
  RuleRows found;
  found.by_rule.resize(rules.size());
  while (true) {
    auto has_row = rows->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return found;
    found.last_row = rows->integer(0);
    const std::size_t rule = rules.of(rows->text(1), rows->text(2));
    if (!due[rule]) continue;
    found.doomed.push_back(*found.last_row);
    ++found.by_rule[rule];
  }
}

Result<void> remove_rows(sqlite::Database& database, const std::vector<std::int64_t>& row_ids) {
  if (row_ids.empty()) return {};
  const auto version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  auto remove = database.prepare(is_compact(*version) ? "DELETE FROM compact_rows WHERE row = ?"
                                                      : "DELETE FROM events WHERE rowid = ?");
  if (!remove) return fail(remove.error());
  for (const std::int64_t row_id : row_ids) PENSTOCK_TRY(remove->bind(1, row_id).run());
  return {};
}

}  // namespace penstock::store
