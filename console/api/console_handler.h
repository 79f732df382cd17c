// The console's HTTP handler: the page's files at once, the API by pool threads.
//
// Checks run in this order: host (421), for the API route (404, 405), origin (403) and content type
// (415), all on the loop; then, on a pool thread, session (401), CSRF token and role (403).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "console/api/services.h"
#include "console/web/files.h"
#include "http/client_address.h"
#include "io/loop.h"
#include "server/http_server.h"

namespace penstock::console {

class ConsoleHandler final : public server::Handler {
 public:
  // Takes `services`, one for each request that is to be worked on at a time; needs at least one.
  // Borrows the rest for its lifetime. Work in hand when the handler goes is finished by its pool
  // thread and not answered.
  ConsoleHandler(io::Loop& loop, const ConsoleSettings& settings, http::NetworkList trusted_proxies,
                 std::span<const web::File> files, std::vector<std::unique_ptr<Services>> services);
  ~ConsoleHandler() override;

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace penstock::console
