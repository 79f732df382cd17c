// What the console may not do itself, the worker does (core/control).
#pragma once

#include <string_view>

#include "console/api/request/services.h"
#include "http/message.h"

namespace penstock::console {

// Its answer, which is one for our client too; 503 in words where it could not be asked. Blocking.
http::Response ask_worker(Services& services, std::string_view path, std::string_view body);

}  // namespace penstock::console
