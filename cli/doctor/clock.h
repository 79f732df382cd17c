// Whether the machine's clock can be believed.
#pragma once

#include <cstdint>
#include <optional>

#include "cli/doctor/finding.h"

namespace penstock::cli {

struct ClockFacts {
  std::optional<bool> is_synchronised;  // As the kernel was told by a time server's client.
  std::int64_t now_ms = 0;
  std::optional<std::int64_t> newest_event_ms;  // When it was received.
  bool has_retention = false;
};

void judge_clock(const ClockFacts& facts, Findings& findings);

}  // namespace penstock::cli
