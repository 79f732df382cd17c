// The API's requests, from the server's loop to the endpoint's thread and back.
//
// Checks run in this order: the route (404, 405), origin (403) and content type (415) on the loop;
// then, on a thread of the route's lane, session (401), CSRF token and role (403). Where too many
// wait before that lane, or one has waited too long, the answer is 503.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "console/api/request/call.h"
#include "console/api/request/live_feed.h"
#include "console/api/request/services.h"
#include "console/api/request/workers.h"
#include "http/client_address.h"
#include "io/loop.h"
#include "server/http_server.h"

namespace penstock::console {

class Dispatcher final : public server::Handler {
 public:
  // Over all lanes, and the feed of streams.
  static constexpr std::size_t kThreads = 14;
  // A question to the store is given up after this; a request that has waited as long before it is
  // begun is not begun.
  static constexpr std::int64_t kQuestionMsMax = 5'000;

  // A question whose client goes is given up at once: its thread is free for others.
  //
  // Takes `services`. Requires kThreads of them, one a thread. Borrows the rest for its lifetime.
  // Questions in hand when the dispatcher goes are given up, other work is finished; neither is
  // answered.
  Dispatcher(io::Loop& loop, const ConsoleSettings& settings, http::NetworkList trusted_proxies,
             std::span<const Route> routes, std::vector<std::unique_ptr<Services>> services);
  ~Dispatcher() override;

  // Streams end, and no further one begins: a server that drains would wait for them.
  void end_streams();

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
  LiveFeed feed_;
  std::vector<std::unique_ptr<Workers>> lanes_;  // By Lane.
};

}  // namespace penstock::console
