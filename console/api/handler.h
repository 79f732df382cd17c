// The console's HTTP handler: the page's files at once, the API by its dispatcher. A name that is
// not ours is refused before either (421).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "console/api/auth/host_rules.h"
#include "console/api/request/dispatcher.h"
#include "console/api/static_files.h"
#include "console/web/files.h"

namespace penstock::console {

class ConsoleHandler final : public server::Handler {
 public:
  // Borrows and takes as Dispatcher does; borrows the files too.
  ConsoleHandler(io::Loop& loop, const ConsoleSettings& settings, http::NetworkList trusted_proxies,
                 std::span<const web::File> files, std::vector<std::unique_ptr<Services>> services);

  // As Dispatcher's.
  void end_streams() { dispatcher_.end_streams(); }

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

 private:
  HostRules hosts_;
  const std::string acme_dir_;
  const std::int64_t hsts_seconds_;
  StaticFiles statics_;
  Dispatcher dispatcher_;
};

}  // namespace penstock::console
