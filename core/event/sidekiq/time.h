// Times as Sidekiq's jobs and processes carry them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "json/reader.h"

namespace penstock::event {

// "1795515837.312": seconds with a decimal point, because Sidekiq 8 takes an integer for
// milliseconds. Requires ms >= 0.
void append_sidekiq_time(std::string& out, std::int64_t ms);

// Milliseconds. A float is seconds, an integer or anything over 1e11 is milliseconds. Nullopt for
// what is no time that an event's id could carry.
std::optional<std::int64_t> read_sidekiq_time(json::Value& value);

}  // namespace penstock::event
