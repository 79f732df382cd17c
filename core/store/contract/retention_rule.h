// How long events of a project, of a kind or of both are kept, where it is not
// store.retention_days.
//
// The most specific rule that names an event says it: project and kind before project before kind
// before the days of all. Two rules of the same events do not stand together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::store {

inline constexpr std::size_t kRetentionRulesMax = 64;
inline constexpr std::uint32_t kRetentionDaysMax = 36'500;

struct RetentionRule {
  std::string project;  // "" for all.
  std::string kind;     // "" for all; not both are.
  std::uint32_t days;   // 0: for ever.

  bool operator==(const RetentionRule&) const = default;
};

// "project=shop kind=log days=30", in any order; a name with spaces stands in quotes of either
// sort, as "project='bücher laden' days=30". kRejected, with what is wrong in words.
Result<RetentionRule> parse_retention_rule(std::string_view text);
std::string to_text(const RetentionRule& rule);

// What is wrong with rules that are each well; "" where nothing is.
std::string fault_of_rules(std::span<const RetentionRule> rules);

// Which rule an event's days are, by its place; rules.size() where none names it.
std::size_t rule_of(std::span<const RetentionRule> rules, std::string_view project,
                    std::string_view kind);

// How long any event is kept at most, where others are for `days`; 0: some are for ever.
std::uint32_t longest_days(std::span<const RetentionRule> rules, std::uint32_t days);

// Events that a rule has deleted, or would.
struct RemovedRows {
  std::string rule;     // As to_text() has it; "" for store.retention_days.
  std::int64_t day_ms;  // 0 for all days together.
  std::uint64_t rows;
};

}  // namespace penstock::store
