// The API's one table: what there is, who may use it, and what it takes. Whatever is not in it does
// not exist; openapi.json is written from it and a test walks it with every role.
#pragma once

#include <span>

#include "console/api/call.h"
#include "http/router.h"

namespace penstock::console {

std::span<const Route> routes();

// A router whose route numbers are indices into routes().
http::Router make_router();

}  // namespace penstock::console
