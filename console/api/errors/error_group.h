// A group of errors: what is kept of all its events, and what people made of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "console/api/errors/error_event.h"

namespace penstock::console {

// Of a project. Errors of which each has a fingerprint of its own would fill the disk else.
inline constexpr std::size_t kGroupsMax = 5'000;
// A project that is full forgets, for a new one, the group that has not come for longest, where
// that is as long as this and nobody has assigned it or noted anything.
inline constexpr std::int64_t kForgottenAfterMs = std::int64_t{90} * 86'400'000;

enum class GroupState : std::uint8_t { kOpen, kResolved, kMuted, kIgnored };
std::string_view to_text(GroupState state);  // "open", "resolved", "muted", "ignored".
std::optional<GroupState> group_state_of(std::string_view text);

// Why a group is open again.
enum class Reopening : std::uint8_t {
  kCameBack,    // It was resolved.
  kNewRelease,  // It was resolved in the next release, and came in one that is newer.
  kCount,       // It was muted until so many times,
  kGrowth,      // or until more of them come in an hour.
};
std::string_view to_text(Reopening reopening);  // "came_back", "new_release", "count", "growth".

struct ErrorGroup {
  std::int64_t id = 0;
  ErrorKey key;
  // Of the newest event, as sample_id is.
  std::string class_name;
  std::string message;
  std::string place;
  std::string level;
  std::string source;
  std::string last_release;
  std::string sample_id;

  std::uint64_t count = 0;  // Of all time.
  std::int64_t first_seen_ms = 0;
  std::int64_t last_seen_ms = 0;
  std::string first_release;

  // Events of the newest hour (since the epoch) that had any, and of the fullest one of the days
  // before it.
  std::int64_t hour = 0;
  std::uint64_t hour_count = 0;
  std::int64_t peak_hour = 0;
  std::uint64_t peak_count = 0;

  GroupState state = GroupState::kOpen;
  std::int64_t state_at_ms = 0;        // 0: nobody has changed it.
  std::string state_by;                // An e-mail address; "" where it was opened again by itself.
  std::string resolved_release;        // kResolved: "" at once, else in what comes behind this one.
  std::uint64_t mute_until_count = 0;  // kMuted: opens when `count` is as large; 0: does not.
  std::uint64_t mute_hour_max = 0;     // kMuted: opens when an hour has more; 0: does not.
  std::int64_t reopened_at_ms = 0;     // 0: never was, or somebody has changed its state since.
  std::string reopened_by;             // A Reopening.

  std::optional<std::int64_t> assignee_id;
  std::string assignee;  // His e-mail address.
};

}  // namespace penstock::console
