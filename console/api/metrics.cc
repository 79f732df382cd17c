#include "console/api/metrics.h"

#include "server/metrics.h"

namespace penstock::console {

void append_console_metrics(std::string& out, const server::ServerCounters& counters,
                            std::string_view version) {
  server::MetricsWriter metrics(out);
  metrics.family("penstock_console_requests_total", "counter", "Requests answered, by status.");
  for (std::size_t status = 0; status < counters.by_status.size(); ++status) {
    const std::uint64_t count = counters.by_status[status].value();
    if (count > 0) metrics.sample({{"code", std::to_string(status)}}, static_cast<double>(count));
  }
  metrics.family("penstock_console_connections", "gauge", "Connections open now.");
  metrics.sample(static_cast<double>(counters.connections.value()));
  metrics.family("penstock_console_clients_gone_total", "counter",
                 "Questions given up because who asked had gone.");
  metrics.sample(static_cast<double>(counters.clients_gone.value()));
  metrics.histogram("penstock_console_request_seconds", "Time from request to answer.",
                    {&counters.request_seconds});
  server::append_process_metrics(out, "penstock-console", version);
}

}  // namespace penstock::console
