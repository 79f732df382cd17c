#include "cli/shared/http_client.h"

#include <memory>

#include <curl/curl.h>

#include "base/text.h"

namespace penstock::cli {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
// Our own answers are some kilobytes; a stranger on the port must not fill our memory.
constexpr std::size_t kBodyBytesMax = 4 << 20;

std::size_t on_body(char* bytes, std::size_t /*one*/, std::size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + count > kBodyBytesMax) return 0;
  body.append(bytes, count);
  return count;
}

}  // namespace

std::optional<HttpAnswer> http_get(const std::string& address, std::string_view path,
                                   std::int64_t timeout_ms) {
  const std::unique_ptr<CURL, void (*)(CURL*)> request(curl_easy_init(), curl_easy_cleanup);
  if (!request) return std::nullopt;
  HttpAnswer answer;
  const std::string url = url_of(address) + std::string(path);
  const std::string unix_path = unix_path_of(address);
  curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(request.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(request.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
  curl_easy_setopt(request.get(), CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(request.get(), CURLOPT_WRITEDATA, &answer.body);
  if (!unix_path.empty()) {
    curl_easy_setopt(request.get(), CURLOPT_UNIX_SOCKET_PATH, unix_path.c_str());
  }
  if (curl_easy_perform(request.get()) != CURLE_OK) return std::nullopt;
  curl_easy_getinfo(request.get(), CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

std::string url_of(const std::string& address) {
  if (!unix_path_of(address).empty()) return "http://localhost";
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon);
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "[::]") host = "[::1]";
  return str_cat("http://", host, colon == std::string::npos ? "" : address.substr(colon));
}

std::string unix_path_of(const std::string& address) {
  if (address.compare(0, kUnixPrefix.size(), kUnixPrefix) != 0) return "";
  return address.substr(kUnixPrefix.size());
}

}  // namespace penstock::cli
