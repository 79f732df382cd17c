// What a server's INFO tells about it: whether we can use it, and what a promise of its is worth.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::queue {

// The value of a line "name:value" of INFO; "" where there is none.
std::string_view info_value(std::string_view info, std::string_view name);

// "" where the server does not say.
std::string_view redis_version_of(std::string_view info);

// kConfiguration where the server is older than what our commands need: Redis 6.0.6, because of
// LPOS. One that does not tell its version is taken for new enough.
Result<void> check_version(std::string_view info);

// The maxmemory-policy by which this Redis throws away what it holds when its memory runs short;
// "" where it does not: under noeviction, or without a maxmemory.
std::string_view evicting_policy_of(std::string_view info);

// Whether it follows a master: what such a one takes is lost when it is synced again.
bool is_replica(std::string_view info);

// Sentences: by what this Redis may lose events that were answered, and what to set.
std::vector<std::string> redis_warnings(std::string_view info);

}  // namespace penstock::queue
