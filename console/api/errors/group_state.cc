#include "console/api/errors/group_state.h"

#include <algorithm>

namespace penstock::console {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// Late events do not turn the hour back: they are counted, but in no hour.
void count_in_hour(ErrorGroup& group, std::int64_t hour) {
  if (hour == group.hour) {
    ++group.hour_count;
  } else if (hour > group.hour) {
    if (group.hour_count >= group.peak_count || hour - group.peak_hour > kPeakHours) {
      group.peak_hour = group.hour;
      group.peak_count = group.hour_count;
    }
    group.hour = hour;
    group.hour_count = 1;
  }
}

std::optional<Reopening> reason_to_open(const ErrorGroup& group, const ErrorEvent& error,
                                        bool is_newer_release) {
  const bool is_after = error.occurred_at_ms > group.state_at_ms;
  switch (group.state) {
    case GroupState::kResolved:
      if (!is_after) return std::nullopt;
      if (group.resolved_release.empty()) return Reopening::kCameBack;
      return is_newer_release ? std::optional(Reopening::kNewRelease) : std::nullopt;
    case GroupState::kMuted:
      if (group.mute_until_count > 0 && group.count >= group.mute_until_count) {
        return Reopening::kCount;
      }
      if (group.mute_hour_max > 0 && is_after && group.hour_count > group.mute_hour_max) {
        return Reopening::kGrowth;
      }
      return std::nullopt;
    case GroupState::kOpen:
    case GroupState::kIgnored:
      break;
  }
  return std::nullopt;
}

void open(ErrorGroup& group, Reopening why, std::int64_t at_ms) {
  group.state = GroupState::kOpen;
  group.state_at_ms = at_ms;
  group.state_by.clear();
  group.resolved_release.clear();
  group.mute_until_count = 0;
  group.mute_hour_max = 0;
  group.reopened_at_ms = at_ms;
  group.reopened_by = to_text(why);
}

// What is shown of the group.
void take_newest(ErrorGroup& group, const ErrorEvent& error) {
  group.class_name = error.class_name;
  group.message = error.message;
  group.place = error.place;
  group.level = error.level;
  group.source = error.source;
  group.sample_id = error.id;
  if (!error.release.empty()) group.last_release = error.release;
  group.last_seen_ms = error.occurred_at_ms;
}

}  // namespace

std::uint64_t quiet_hour_max(const ErrorGroup& group) {
  const bool is_of_this_week = group.hour - group.peak_hour <= kPeakHours;
  const std::uint64_t peak =
      std::max(group.hour_count, is_of_this_week ? group.peak_count : std::uint64_t{0});
  return std::max(kGrowthMin, 2 * peak);
}

ErrorGroup new_group(const ErrorEvent& error) {
  ErrorGroup group;
  group.key = error.key;
  group.count = 1;
  group.first_seen_ms = error.occurred_at_ms;
  group.first_release = error.release;
  group.hour = error.occurred_at_ms / kHourMs;
  group.hour_count = 1;
  take_newest(group, error);
  return group;
}

std::optional<Reopening> add_event(ErrorGroup& group, const ErrorEvent& error,
                                   bool is_newer_release) {
  ++group.count;
  count_in_hour(group, error.occurred_at_ms / kHourMs);
  if (error.occurred_at_ms < group.first_seen_ms) {
    group.first_seen_ms = error.occurred_at_ms;
    if (!error.release.empty()) group.first_release = error.release;
  }
  if (error.occurred_at_ms >= group.last_seen_ms) take_newest(group, error);
  if (group.first_release.empty()) group.first_release = error.release;
  const auto why = reason_to_open(group, error, is_newer_release);
  if (why) open(group, *why, error.received_at_ms);
  return why;
}

}  // namespace penstock::console
