#include "console/api/endpoints/error_range.h"

#include <algorithm>
#include <functional>
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

using Use = FunctionRef<void(std::size_t place, const store::ValueSeries& had)>;

// Those of one project that have a fingerprint: one look for all of them.
Result<void> ask_named(store::Queries& queries, const store::Range& range, const store::Step& step,
                       const store::Filter& filter, const std::vector<ErrorKey>& keys,
                       const std::vector<std::size_t>& places, Use use) {
  store::Filter of_project = filter;
  of_project.project = keys[places.front()].project;
  of_project.conditions.push_back(is(store::Dimension::kKind, kErrorKind));
  std::vector<std::string> fingerprints;
  fingerprints.reserve(places.size());
  for (const std::size_t place : places) fingerprints.push_back(keys[place].fingerprint);
  const auto all =
      queries.value_series(range, step, std::string(kFingerprint), fingerprints, of_project);
  if (!all) return fail(all.error());
  for (std::size_t i = 0; i < places.size(); ++i) use(places[i], (*all)[i]);
  return {};
}

Result<void> ask_unnamed(store::Queries& queries, const store::Range& range,
                         const store::Step& step, const store::Filter& filter, const ErrorKey& key,
                         std::size_t place, Use use) {
  const store::Filter of_group = filter_of(key, filter);
  auto series = queries.timeseries(range, step, of_group);
  if (!series) return fail(series.error());
  store::ValueSeries had{*std::move(series), 0, 0};
  for (const std::uint64_t events : had.series.events) had.events += events;
  if (had.series.visitors.size() == 1) {
    had.visitors = had.series.visitors.front();
  } else if (had.events > 0) {
    const auto summary = queries.summary(range, of_group);
    if (!summary) return fail(summary.error());
    had.visitors = summary->visitors.value_or(0);
  }
  use(place, had);
  return {};
}

// What each group had, by its place in `keys`: project by project, then those that have no
// fingerprint to be told by.
Result<void> ask_each(store::Queries& queries, const store::Range& range, const store::Step& step,
                      const store::Filter& filter, const std::vector<ErrorKey>& keys, Use use) {
  std::map<std::string, std::vector<std::size_t>> named;
  std::vector<std::size_t> unnamed;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    (keys[i].fingerprint.empty() ? unnamed : named[keys[i].project]).push_back(i);
  }
  for (const auto& [project, places] : named) {
    PENSTOCK_TRY(ask_named(queries, range, step, filter, keys, places, use));
  }
  for (const std::size_t place : unnamed) {
    PENSTOCK_TRY(ask_unnamed(queries, range, step, filter, keys[place], place, use));
  }
  return {};
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
  std::vector<std::pair<std::uint64_t, std::size_t>> named;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const auto events = counts.of(marks[i].key);
    if (events == 0) continue;
    if (marks[i].key.fingerprint.empty()) {
      asked.push_back(i);
    } else {
      named.emplace_back(events.value_or(UINT64_MAX), i);  // What is not known may be the most.
    }
  }
  is_partial_ = named.size() > kGroupsMax || asked.size() > kUnnamedMax;
  const std::size_t some = std::min(named.size(), kGroupsMax);
  std::partial_sort(named.begin(), named.begin() + static_cast<std::ptrdiff_t>(some), named.end(),
                    std::greater<>());
  named.resize(some);
  asked.resize(std::min(asked.size(), kUnnamedMax));
  for (const auto& [events, mark] : named) asked.push_back(mark);

  std::vector<ErrorKey> keys;
  keys.reserve(asked.size());
  for (const std::size_t mark : asked) keys.push_back(marks[mark].key);
  const auto told = ask_each(queries, range, store::StepStarts{range.from_ms / 1'000}, filter, keys,
                             [&](std::size_t place, const store::ValueSeries& had) {
                               users_[asked[place]] = had.visitors;
                             });
  is_partial_ |= !told;
  return told;
}

std::optional<std::uint64_t> RangeUsers::of(std::size_t mark) const {
  const auto found = users_.find(mark);
  return found == users_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> RangeTrends::ask(store::Queries& queries, const store::Range& range,
                              const store::Filter& filter, const std::vector<ErrorKey>& keys,
                              std::int64_t points_max) {
  trends_.assign(keys.size(), std::nullopt);
  return ask_each(queries, range, step_s_of(range, points_max), filter, keys,
                  [&](std::size_t place, const store::ValueSeries& had) {
                    trends_[place] = GroupTrend{had.series.at_s, had.series.events,
                                                had.series.visitors, had.events, had.visitors};
                  });
}

}  // namespace penstock::console
