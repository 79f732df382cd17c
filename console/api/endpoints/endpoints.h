// Every file of endpoints gives its rows of the API's table; routes.cc puts them together.
//
// Endpoints run on a thread of their lane, so they may block. Requires call.session for all but
// those that anyone may call.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "console/api/request/call.h"

namespace penstock::console {

std::span<const Route> session_routes();
std::span<const Route> stats_routes();
std::span<const Route> overview_routes();
std::span<const Route> events_routes();
std::span<const Route> event_act_routes();
std::span<const Route> errors_routes();
std::span<const Route> error_notes_routes();
std::span<const Route> export_routes();
std::span<const Route> live_routes();
std::span<const Route> queue_routes();
std::span<const Route> waiting_routes();
std::span<const Route> timed_job_routes();
std::span<const Route> queue_worker_routes();
std::span<const Route> queue_history_routes();
std::span<const Route> dead_letter_routes();
std::span<const Route> dead_letter_act_routes();
std::span<const Route> users_routes();
std::span<const Route> sessions_routes();
std::span<const Route> tokens_routes();
std::span<const Route> invitations_routes();
std::span<const Route> views_routes();
std::span<const Route> audit_routes();
std::span<const Route> keys_routes();
std::span<const Route> projects_routes();
std::span<const Route> sources_routes();
std::span<const Route> system_routes();
std::span<const Route> openapi_routes();

// openapi.json, for the build too, which makes the page's types from it.
std::string openapi_text(std::string_view version);

}  // namespace penstock::console
