// Who listens at an address that we could not have.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::app {

// "penstock-console, process 4711": of a process that we may look at. "" where nobody is found. For
// a message to a person: by the time he reads it, it may be another.
std::string holder_of(const std::string& address);

// "cannot listen", with the setting, the address, the reason and, where the address is taken, by
// whom.
void log_cannot_listen(std::string_view part, std::string_view setting, const std::string& address,
                       const Error& error);

}  // namespace penstock::app
