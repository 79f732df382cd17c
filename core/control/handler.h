// Answers requests of our own programs: finds the act and runs it, one at a time, so that an act
// needs no lock against another. More than kWaitingMax are refused with 503.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "control/act.h"
#include "io/loop.h"
#include "server/http_server.h"

namespace penstock::control {

class ControlHandler final : public server::Handler {
 public:
  static constexpr std::size_t kWaitingMax = 64;

  // Borrows `loop`. What an act borrows must outlive the loop, whose end waits for the one that
  // runs.
  ControlHandler(io::Loop& loop, std::vector<Act> acts);
  // Acts that wait are dropped with their clients.
  ~ControlHandler() override;
  ControlHandler(const ControlHandler&) = delete;
  ControlHandler& operator=(const ControlHandler&) = delete;

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Listens at "unix:/path". Who may connect is told by the folder: where it has the setgid bit, it
// is shared with its group, and so is the socket; else the socket is its owner's (and root's)
// alone. kConfiguration for another kind of address; kExhausted with errno where the socket cannot
// be made or another process serves it.
Result<void> listen(server::HttpServer& server, const std::string& address);

}  // namespace penstock::control
