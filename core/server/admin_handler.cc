#include "server/admin_handler.h"

#include <utility>

#include "json/writer.h"
#include "server/metrics.h"

namespace penstock::server {
namespace {

http::Response ready_response(const std::vector<std::string>& reasons) {
  http::Response response;
  if (reasons.empty()) {
    response.body = R"({"status":"ready"})";
    return response;
  }
  response.status = 503;
  json::Writer writer(response.body);
  writer.begin_object();
  writer.member("error", "not_ready").member("detail", reasons.front());
  writer.key("reasons").begin_array();
  for (const std::string& reason : reasons) writer.value(reason);
  writer.end_array();
  writer.end_object();
  return response;
}

}  // namespace

AdminHandler::AdminHandler(std::function<std::vector<std::string>()> not_ready,
                           std::function<void(std::string&)> metrics)
    : not_ready_(std::move(not_ready)), metrics_(std::move(metrics)) {}

void AdminHandler::add(std::string path, std::function<void(std::string&)> write) {
  others_.emplace_back(std::move(path), std::move(write));
}

const std::function<void(std::string&)>* AdminHandler::other(std::string_view path) const {
  for (const auto& [name, write] : others_) {
    if (name == path) return &write;
  }
  return nullptr;
}

void AdminHandler::on_request(const http::Request& request, const Peer& /*peer*/,
                              Responder responder) {
  const auto* const write = other(request.path);
  const bool is_known = write != nullptr || request.path == "/healthz" ||
                        request.path == "/readyz" || request.path == "/metrics";
  if (!is_known) {
    responder.respond(
        http::error_response(404, "not_found", "known are /healthz, /readyz and /metrics"));
    return;
  }
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
    http::Response response = http::error_response(405, "method_not_allowed", "use GET");
    response.headers.emplace_back("Allow", "GET, HEAD");
    responder.respond(response);
    return;
  }

  http::Response response;
  if (write != nullptr) {
    (*write)(response.body);
  } else if (request.path == "/metrics") {
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_(response.body);
    MetricsWriter writer(response.body);
    writer.family("penstock_ready", "gauge", "1 where /readyz says so, 0 where it has a reason.");
    writer.sample(not_ready_().empty() ? 1 : 0);
  } else if (request.path == "/readyz") {
    response = ready_response(not_ready_());
  } else {
    response.body = R"({"status":"ok"})";
  }
  response.headers.emplace_back("Cache-Control", "no-store");
  responder.respond(response);
}

}  // namespace penstock::server
