// What an endpoint does goes into the audit log by this, after it was done.
#pragma once

#include <string>
#include <string_view>

#include "console/api/request/call.h"

namespace penstock::console {

// Who calls: "ada@example.org", or "token NAME (ada@example.org)"; "" for nobody.
std::string actor_of(const Call& call);

// `act` is a dotted word: "user.add". Where the log cannot be written the act stands all the same,
// and the program's own log says what is missing.
void record(const Call& call, Services& services, std::string_view act, std::string_view subject,
            std::string_view detail = "");

// The same by the name of who has just signed in, in a call without a session.
void record_as(std::string_view actor, Services& services, std::string_view act,
               std::string_view subject, std::string_view detail = "");

// A sign-in that was refused.
void record_refused(const Call& call, Services& services, std::string_view email);

}  // namespace penstock::console
