// Sends browsers that come in the clear to https, and answers a certificate's authority.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "console/api/auth/host_rules.h"
#include "server/handler.h"

namespace penstock::console {

class RedirectHandler final : public server::Handler {
 public:
  // To the authority of an https `public_url`, else to the name that was asked for at `tls_port`: a
  // name that the console would not answer to is refused (421). `acme_dir`: "" for none.
  RedirectHandler(std::string_view public_url, std::uint16_t tls_port, std::string acme_dir);

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;

  // "" for a Host that is not ours.
  std::string target_of(std::string_view host) const;

 private:
  const HostRules hosts_;
  const std::uint16_t tls_port_;
  const std::string acme_dir_;
};

}  // namespace penstock::console
