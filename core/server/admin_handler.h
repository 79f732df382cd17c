// /healthz, /readyz and /metrics, on the admin port of every program, and what else one tells.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http_server.h"

namespace penstock::server {

class AdminHandler final : public Handler {
 public:
  // `not_ready` lists what keeps the program from doing its work, empty when it is ready (then
  // /readyz is 200, else 503 with the reasons). `metrics` appends the exposition, to which
  // penstock_ready is added.
  AdminHandler(std::function<std::vector<std::string>()> not_ready,
               std::function<void(std::string&)> metrics);

  // One more path, such as "/keys", whose JSON `write` appends. Before requests come.
  void add(std::string path, std::function<void(std::string&)> write);

  void on_request(const http::Request& request, const Peer& peer, Responder responder) override;

 private:
  const std::function<void(std::string&)>* other(std::string_view path) const;

  std::function<std::vector<std::string>()> not_ready_;
  std::function<void(std::string&)> metrics_;
  std::vector<std::pair<std::string, std::function<void(std::string&)>>> others_;
};

}  // namespace penstock::server
