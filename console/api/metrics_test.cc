#include "console/api/metrics.h"

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

TEST(ConsoleMetrics, ShowsRequestsByStatusAndTheProcess) {
  server::ServerCounters counters;
  counters.count(200);
  counters.count(200);
  counters.count(401);
  counters.connections.set(3);
  counters.clients_gone.add();
  std::string text;
  append_console_metrics(text, counters, "1.2.3");
  for (const char* line :
       {"penstock_console_requests_total{code=\"200\"} 2\n",
        "penstock_console_requests_total{code=\"401\"} 1\n", "penstock_console_connections 3\n",
        "penstock_console_clients_gone_total 1\n", "penstock_console_request_seconds_count 0\n",
        "process_open_fds ", "version=\"1.2.3\""}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
  }
  EXPECT_EQ(text.find("code=\"500\""), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
