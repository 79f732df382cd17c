// Tells systemd, or whoever started the program, how far it is (sd_notify(3)).
#pragma once

#include <string_view>

namespace penstock::app {

// "READY=1" once everything listens, "STOPPING=1" when the drain begins. Does nothing where
// NOTIFY_SOCKET is not set; a message that cannot be sent is a warning in the log.
void notify_service(std::string_view state);

}  // namespace penstock::app
