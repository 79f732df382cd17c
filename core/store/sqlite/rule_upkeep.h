// Deletes events that no rule of retention keeps any more, out of days that others are kept in, a
// little at a time. Cut off anywhere, it goes on there.
//
// How old a day is, is counted as by days_past(): by no clock alone.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/function_ref.h"
#include "store/contract/calendar.h"
#include "store/contract/event_store.h"
#include "store/sqlite/open_days.h"
#include "store/sqlite/rule_marks.h"
#include "store/sqlite/rule_rows.h"

namespace penstock::store {

class RuleUpkeep {
 public:
  // Between two looks at all days.
  static constexpr std::int64_t kRoundUs = 600'000'000;

  // Borrows `days`, `calendar` and `clock`.
  RuleUpkeep(const StoreOptions& options, OpenDays& days, const Calendar& calendar,
             const Clock& clock)
      : folder_(options.path),
        has_rules_(!options.retain.empty()),
        rules_(options),
        days_(days),
        calendar_(calendar),
        clock_(clock),
        marks_(options.path),
        removed_(rules_.size()) {}

  // Works for kStepUs at most, but for some rows. True where more is to be done. `before_change` is
  // told of a day before it is changed. A day that cannot be worked on is told to the log once, and
  // passed over until it changes.
  bool step(FunctionRef<void(std::int64_t day_ms)> before_change);

  // Since the start, by rule.
  const std::vector<std::uint64_t>& removed() const { return removed_; }

 private:
  static constexpr std::int64_t kStepUs = 50'000;

  struct Work {
    std::int64_t day_ms;
    std::vector<bool> due;
  };
  struct Seen {
    std::int64_t changed_ns;
    std::string due;

    bool operator==(const Seen&) const = default;
  };

  bool begin_round();
  // With the mark to go on from.
  Result<bool> has_new_rows(const Work& work, RuleMark& mark);
  // False: there is more.
  Result<bool> work_on(const Work& work, FunctionRef<void(std::int64_t day_ms)> before_change,
                       FunctionRef<bool()> may_go_on);
  Result<bool> remove_some(DayFile& file, const Work& work, RuleMark& mark);
  Result<void> finish(const Work& work, DayFile& file);
  // Gives free pages of a day back that has rest; false: there are more.
  Result<bool> shrink(std::int64_t day_ms, FunctionRef<void(std::int64_t day_ms)> before_change,
                      FunctionRef<bool()> may_go_on);
  void tell(std::int64_t day_ms, const Error& error) const;

  const std::string folder_;
  const bool has_rules_;
  const RuleSet rules_;
  OpenDays& days_;
  const Calendar& calendar_;
  const Clock& clock_;
  RuleMarks marks_;
  std::vector<std::uint64_t> removed_;
  std::vector<std::uint64_t> removed_of_day_;
  std::int64_t round_due_us_ = 0;
  std::vector<Work> waiting_;  // The next one last.
  std::map<std::int64_t, Seen> seen_;
  std::vector<std::int64_t> to_shrink_;
};

// The same at once, by a connection of its own: for `penstock store prune`.
Result<std::vector<RemovedRows>> prune_sqlite_rows(const StoreOptions& options, const Clock& clock,
                                                   bool is_dry_run);

}  // namespace penstock::store
