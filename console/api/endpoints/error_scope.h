// Which groups of errors a caller may see or change: those of projects where he has the role for
// it.
#pragma once

#include <cstdint>
#include <optional>

#include "console/api/errors/error_group.h"
#include "console/api/request/call.h"

namespace penstock::console {

http::Response no_such_group();

// Nullopt with `refusal` set: 404 where there is no such group or he may not see it, 403 where he
// may do less with it.
std::optional<ErrorGroup> find_group(const Call& call, Services& services, std::int64_t id,
                                     Access access, http::Response& refusal);

}  // namespace penstock::console
