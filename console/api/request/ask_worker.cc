#include "console/api/request/ask_worker.h"

#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace penstock::console {

namespace {

http::Response worker_failure(const Error& error, const std::string& address) {
  log_warn("api.no_worker", "the worker cannot be asked",
           {{"address", address}, {"error", to_text(error)}});
  const char* why = "what answers at its socket is none of ours";
  if (error.code == ErrorCode::kDisconnected) why = "it is not running";
  if (error.code == ErrorCode::kOverloaded) why = "it does not answer; it may have done it";
  if (error.code == ErrorCode::kConfiguration) why = "its socket cannot be used";
  auto response = http::error_response(
      503, "worker_unavailable",
      str_cat("the worker does this, and ", why, " (", address, ": ", to_text(error), ")"));
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

}  // namespace

http::Response ask_worker(Services& services, std::string_view path, std::string_view body) {
  auto answer = services.worker.ask(http::Method::kPost, path, body);
  if (!answer) return worker_failure(answer.error(), services.worker.address());
  http::Response response;
  response.status = answer->status;
  response.body = std::move(answer->body);
  if (response.status == 503) response.headers.emplace_back("Retry-After", "2");
  return response;
}

}  // namespace penstock::console
