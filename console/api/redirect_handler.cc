#include "console/api/redirect_handler.h"

#include <utility>

#include "base/text.h"
#include "console/api/request/security_headers.h"
#include "server/acme_challenge.h"

namespace penstock::console {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

}  // namespace

RedirectHandler::RedirectHandler(std::string_view public_url, std::uint16_t tls_port,
                                 std::string acme_dir)
    : hosts_(public_url), tls_port_(tls_port), acme_dir_(std::move(acme_dir)) {}

std::string RedirectHandler::target_of(std::string_view host) const {
  if (hosts_.is_secure()) return str_cat("https://", hosts_.public_authority());
  if (!hosts_.is_ours(host)) return "";
  std::string target = str_cat("https://", host_without_port(host));
  if (tls_port_ != kHttpsPort) target += str_cat(":", tls_port_);
  return target;
}

void RedirectHandler::on_request(const http::Request& request, const server::Peer& /*peer*/,
                                 server::Responder responder) {
  if (const auto challenge = server::answer_challenge(request, acme_dir_)) {
    responder.respond(*challenge);
    return;
  }
  http::Response response;
  const std::string target = target_of(request.header("Host"));
  if (target.empty()) {
    response = http::error_response(421, "misdirected_request",
                                    "the console does not answer to this name: use an address, or "
                                    "set console.public_url");
  } else {
    const bool is_read =
        request.method == http::Method::kGet || request.method == http::Method::kHead;
    response.status = is_read ? 301 : 308;  // A form must not become a question.
    response.content_type = "";
    response.headers.emplace_back(
        "Location", str_cat(target, request.path.starts_with('/') ? request.path : "/",
                            request.query.empty() ? "" : "?", request.query));
  }
  add_security_headers(response, Content::kPage);
  responder.respond(response);
}

}  // namespace penstock::console
