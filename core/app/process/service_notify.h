// Tells systemd, or whoever started the program, how far it is (sd_notify(3)), and gives it
// listening sockets to keep over a restart (systemd's descriptor store).
#pragma once

#include <string_view>

namespace penstock::app {

// Whether somebody wants to be told: NOTIFY_SOCKET is set.
bool has_service_manager();

// "READY=1" once everything listens, "STOPPING=1" when the drain begins. Does nothing where
// NOTIFY_SOCKET is not set; a message that cannot be sent is a warning in the log.
void notify_service(std::string_view state);

// Gives a copy of `fd` to keep until forget_descriptor(). It is passed to the next process of the
// service as passed_descriptors.h tells, with this name, also after a crash. A manager without a
// store, or with a full one, drops it without telling us.
void store_descriptor(std::string_view name, int fd);
// All that were stored with the name.
void forget_descriptor(std::string_view name);

}  // namespace penstock::app
