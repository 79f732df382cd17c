// The API's requests, from the server's loop to the endpoint's thread and back.
//
// Checks run in this order: the route (404, 405), origin (403) and content type (415) on the loop;
// then, on a pool thread, session (401), CSRF token and role (403).
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "console/api/request/call.h"
#include "console/api/request/services.h"
#include "http/client_address.h"
#include "io/loop.h"
#include "server/http_server.h"

namespace penstock::console {

class Dispatcher final : public server::Handler {
 public:
  // Takes `services`, one for each request that is to be worked on at a time; needs at least one.
  // Borrows the rest for its lifetime. Work in hand when the dispatcher goes is finished by its
  // pool thread and not answered.
  Dispatcher(io::Loop& loop, const ConsoleSettings& settings, http::NetworkList trusted_proxies,
             std::span<const Route> routes, std::vector<std::unique_ptr<Services>> services);
  ~Dispatcher() override;

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace penstock::console
