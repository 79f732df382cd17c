// What the console tells Prometheus about itself.
#pragma once

#include <string>
#include <string_view>

#include "server/http_server.h"

namespace penstock::console {

void append_console_metrics(std::string& out, const server::ServerCounters& counters,
                            std::string_view version);

}  // namespace penstock::console
