// The API's one table: what there is, who may use it, and what it takes. Whatever is not in it does
// not exist; openapi.json is written from it and a test walks it with every role.
#pragma once

#include <span>

#include "console/api/request/call.h"

namespace penstock::console {

// Routes of one path stand together.
std::span<const Route> routes();

}  // namespace penstock::console
