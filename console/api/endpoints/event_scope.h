// Which events a caller may see or change: those of projects where he has the role for it.
#pragma once

#include <optional>
#include <string>

#include "console/api/request/call.h"
#include "event/id.h"

namespace penstock::console {

// An event's project, out of its JSON; "" where it says none.
std::string project_of_event(std::string event_json);

// What stands in the way: 404 where there is no such event or he may not see it, 403 where he may
// do less with it. Asks the store only for who may not do so with every event.
std::optional<http::Response> closed_event(Call& call, Services& services, const event::Id& id,
                                           Access access);

}  // namespace penstock::console
