// What becomes of a group when its error comes once more. No file and no clock: values alone.
#pragma once

#include <cstdint>
#include <optional>

#include "console/api/errors/error_event.h"
#include "console/api/errors/error_group.h"

namespace penstock::console {

// An hour has grown where it has more than twice as many as the fullest one of the week before, and
// more than this: of an error that came once, two are no growth.
inline constexpr std::uint64_t kGrowthMin = 10;
inline constexpr std::int64_t kPeakHours = std::int64_t{7} * 24;

// The most that an hour may have while the group is muted until it grows.
std::uint64_t quiet_hour_max(const ErrorGroup& group);

// A group of this one event.
ErrorGroup new_group(const ErrorEvent& error);

// Adds it to the group, whose state it may change; why, if so. `is_newer_release`: the event's is
// newer than the group's resolved_release.
//
// What happened before a group was resolved opens nothing, however late it comes.
std::optional<Reopening> add_event(ErrorGroup& group, const ErrorEvent& error,
                                   bool is_newer_release);

}  // namespace penstock::console
