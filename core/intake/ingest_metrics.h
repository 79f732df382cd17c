// The intake's metrics, summed over a process's reactors.
#pragma once

#include <span>
#include <string>

#include "intake/intake_settings.h"
#include "queue/contract/queue.h"

namespace penstock::intake {

// Appends the exposition. Any thread. `producers` are the reactors' as they stand now; with none
// the queue's metrics are left out.
void append_ingest_metrics(std::string& out, std::span<const IntakeCounters* const> reactors,
                           std::span<const queue::ProducerState> producers);

// The same of the process's unknown keys.
void append_unknown_keys(std::string& out, const UnknownKeys& keys);

}  // namespace penstock::intake
