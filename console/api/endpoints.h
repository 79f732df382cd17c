// Every endpoint of the API; routes.cc says which path leads to which.
//
// Run on a pool thread, so they may block. Requires call.session for all but the three that anyone
// may call.
#pragma once

#include "console/api/call.h"

namespace penstock::console {

// session.cc
http::Response post_session(Call& call, Services& services);
http::Response get_session(Call& call, Services& services);
http::Response delete_session(Call& call, Services& services);
http::Response post_session_password(Call& call, Services& services);

// stats.cc
http::Response get_timeseries(Call& call, Services& services);
http::Response get_top(Call& call, Services& services);
http::Response get_summary(Call& call, Services& services);

// events.cc
http::Response get_events(Call& call, Services& services);
http::Response get_event(Call& call, Services& services);

// queue.cc
http::Response get_queue(Call& call, Services& services);

// dead_letters.cc
http::Response get_dead_letters(Call& call, Services& services);
http::Response post_dead_letter_retry(Call& call, Services& services);
http::Response post_dead_letter_delete(Call& call, Services& services);

// system.cc
http::Response get_system(Call& call, Services& services);

// openapi.cc
http::Response get_openapi(Call& call, Services& services);

}  // namespace penstock::console
