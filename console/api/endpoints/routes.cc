#include "console/api/endpoints/routes.h"

#include <vector>

#include "console/api/endpoints/endpoints.h"

namespace penstock::console {

std::span<const Route> routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> rows;
    for (const auto of_file : {session_routes,       stats_routes,       events_routes,
                               event_act_routes,     errors_routes,      error_notes_routes,
                               export_routes,        live_routes,        queue_routes,
                               waiting_routes,       timed_job_routes,   queue_worker_routes,
                               queue_history_routes, dead_letter_routes, dead_letter_act_routes,
                               users_routes,         sessions_routes,    tokens_routes,
                               invitations_routes,   views_routes,       audit_routes,
                               sources_routes,       keys_routes,        projects_routes,
                               system_routes,        openapi_routes,     overview_routes}) {
      const std::span<const Route> some = of_file();
      rows.insert(rows.end(), some.begin(), some.end());
    }
    return rows;
  }();
  return all;
}

}  // namespace penstock::console
