// How answers say a group of errors.
#pragma once

#include <optional>

#include "console/api/endpoints/error_range.h"
#include "console/api/errors/error_group.h"
#include "json/writer.h"

namespace penstock::console {

// `events`: in the range, where they are known without the trend.
struct GroupInRange {
  std::optional<std::uint64_t> events;
  std::optional<GroupTrend> trend;
};

// An object: the shared schema ErrorGroup; without `in_range` as one that says nothing of a range.
void write_group(json::Writer& writer, const ErrorGroup& group, const GroupInRange* in_range);

}  // namespace penstock::console
