#include "console/api/handler.h"

#include <utility>

#include "console/api/endpoints/routes.h"
#include "console/api/request/security_headers.h"
#include "server/acme_challenge.h"

namespace penstock::console {

namespace {

constexpr std::string_view kApi = "/api/";

}  // namespace

ConsoleHandler::ConsoleHandler(io::Loop& loop, const ConsoleSettings& settings,
                               http::NetworkList trusted_proxies, std::span<const web::File> files,
                               std::vector<std::unique_ptr<Services>> services)
    : hosts_(settings.public_url),
      acme_dir_(settings.acme_dir),
      hsts_seconds_(settings.hsts_seconds),
      statics_(files),
      dispatcher_(loop, settings, std::move(trusted_proxies), routes(), std::move(services)) {}

void ConsoleHandler::on_request(const http::Request& request, const server::Peer& peer,
                                server::Responder responder) {
  // For whatever name a certificate is wanted.
  if (!peer.is_tls && !acme_dir_.empty()) {
    if (const auto challenge = server::answer_challenge(request, acme_dir_)) {
      responder.respond(*challenge);
      return;
    }
  }
  const bool is_api = request.path.substr(0, kApi.size()) == kApi;
  const bool is_ours = hosts_.is_ours(request.header("Host"));
  if (is_ours && is_api) return dispatcher_.on_request(request, peer, responder);

  http::Response response =
      is_ours ? statics_.answer(request)
              : http::error_response(421, "misdirected_request",
                                     "the console does not answer to this name: use an address, "
                                     "or set console.public_url");
  add_security_headers(response, is_api ? Content::kApi : Content::kPage,
                       peer.is_tls ? hsts_seconds_ : 0);
  responder.respond(response);
}

}  // namespace penstock::console
