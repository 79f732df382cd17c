// The worker's metrics.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "server/handler.h"
#include "worker/counters/counters.h"

namespace penstock::app {

// Appends the exposition, the process's own metrics included. `rules` are the texts of
// store.retain.
void append_worker_metrics(std::string& out, const worker::PipelineCounters& counters,
                           std::span<const std::string> rules, std::size_t bad_days,
                           const server::ServerCounters& control);

}  // namespace penstock::app
