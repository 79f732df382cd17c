#include "console/api/endpoints/error_range.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "base/text.h"
#include "console/api/request/condition_text.h"

namespace penstock::console {
namespace {

constexpr std::string_view kFingerprint = "fingerprint";
// Of rows in a top list: those whose value had no room in its day.
constexpr std::string_view kUntold = "(other)";

store::Condition is(store::Subject subject, std::string_view value) {
  return {std::move(subject), std::string(value), store::Comparison::kIs};
}

// The shortest of them, or so many whole days, with which the range has no more points.
std::int64_t step_s_of(const store::Range& range, std::int64_t points_max) {
  const std::int64_t length_s = (range.to_ms - range.from_ms) / 1'000;
  for (const std::int64_t step_s : {60, 300, 900, 3'600, 4 * 3'600, 86'400}) {
    if (length_s / step_s < points_max) return step_s;
  }
  const std::int64_t days = length_s / 86'400;
  return 86'400 * (days / points_max + 1);
}

}  // namespace

std::vector<store::Condition> conditions_of(const ErrorKey& key) {
  std::vector<store::Condition> all{is(store::Dimension::kKind, kErrorKind),
                                    is(std::string(kFingerprint), key.fingerprint)};
  if (key.fingerprint.empty()) {
    all.push_back(is(store::Dimension::kName, key.name));
    all.push_back(is(std::string("message"), key.said));
  }
  return all;
}

std::vector<std::string> condition_texts_of(const ErrorKey& key) {
  std::vector<std::string> texts;
  for (const store::Condition& condition : conditions_of(key)) {
    texts.push_back(str_cat(to_text(condition.subject), "=", condition.operand));
  }
  return texts;
}

store::Filter filter_of(const ErrorKey& key, store::Filter filter) {
  filter.project = key.project;
  for (store::Condition& condition : conditions_of(key)) {
    filter.conditions.push_back(std::move(condition));
  }
  return filter;
}

Result<void> RangeCounts::ask(store::Queries& queries, const store::Range& range,
                              const store::Filter& filter, const std::vector<GroupMark>& marks) {
  for (const GroupMark& mark : marks) projects_.try_emplace(mark.key.project);
  is_partial_ = projects_.size() > kProjectsMax;
  std::size_t asked = 0;
  for (auto& [name, project] : projects_) {
    if (asked++ == kProjectsMax) break;
    store::Filter of_project = filter;
    of_project.project = name;
    of_project.conditions.push_back(is(store::Dimension::kKind, kErrorKind));
    const auto top = queries.top(range, std::string(kFingerprint), of_project,
                                 static_cast<std::uint32_t>(2 * kGroupsMax));
    if (!top) {
      is_partial_ = true;
      return fail(top.error());
    }
    project.is_known = true;
    for (const store::TopEntry& entry : *top) {
      project.has_unnamed |= entry.value.empty();
      project.has_other |= entry.value == kUntold;
      events_[{name, entry.value}] = entry.events;
    }
    // What a list of so many leaves out is not known to have none.
    project.has_other |= top->size() >= 2 * kGroupsMax;
  }
  return {};
}

std::optional<std::uint64_t> RangeCounts::of(const ErrorKey& key) const {
  const auto project = projects_.find(key.project);
  if (project == projects_.end() || !project->second.is_known) return std::nullopt;
  if (key.fingerprint.empty()) {
    return project->second.has_unnamed ? std::nullopt : std::optional(std::uint64_t{0});
  }
  const auto found = events_.find({key.project, key.fingerprint});
  if (found != events_.end()) return found->second;
  return project->second.has_other ? std::nullopt : std::optional(std::uint64_t{0});
}

Result<void> RangeUsers::ask(store::Queries& queries, const store::Range& range,
                             const store::Filter& filter, const std::vector<GroupMark>& marks,
                             const RangeCounts& counts) {
  // Most events first; what is not known may be the most.
  std::vector<std::pair<std::uint64_t, std::size_t>> asked;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const auto events = counts.of(marks[i].key);
    if (events != 0) asked.emplace_back(events.value_or(UINT64_MAX), i);
  }
  is_partial_ = asked.size() > kGroupsMax;
  const std::size_t some = std::min(asked.size(), kGroupsMax);
  std::partial_sort(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(some), asked.end(),
                    std::greater<>());
  asked.resize(some);
  for (const auto& [events, mark] : asked) {
    const auto summary = queries.summary(range, filter_of(marks[mark].key, filter));
    if (!summary) {
      is_partial_ = true;
      return fail(summary.error());
    }
    if (summary->visitors) users_[mark] = *summary->visitors;
  }
  return {};
}

std::optional<std::uint64_t> RangeUsers::of(std::size_t mark) const {
  const auto found = users_.find(mark);
  return found == users_.end() ? std::nullopt : std::optional(found->second);
}

Result<GroupTrend> trend_of(store::Queries& queries, const ErrorKey& key, const store::Range& range,
                            const store::Filter& filter, std::int64_t points_max) {
  const store::Filter of_group = filter_of(key, filter);
  auto series = queries.timeseries(range, step_s_of(range, points_max), of_group);
  if (!series) return fail(series.error());
  GroupTrend trend;
  trend.all_events =
      std::accumulate(series->events.begin(), series->events.end(), std::uint64_t{0});
  trend.at_s = std::move(series->at_s);
  trend.events = std::move(series->events);
  trend.users = std::move(series->visitors);
  if (trend.all_events == 0) return trend;
  auto summary = queries.summary(range, of_group);
  if (!summary) return fail(summary.error());
  trend.all_users = summary->visitors.value_or(0);
  return trend;
}

}  // namespace penstock::console
