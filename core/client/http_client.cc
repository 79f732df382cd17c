#include "client/http_client.h"

#include <cerrno>
#include <chrono>

#include "base/text.h"
#include "client/http_connection.h"

namespace penstock::client {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
// Our own answers are some kilobytes; a stranger on the port must not fill our memory.
constexpr std::size_t kBodyBytesMax = 4 << 20;

std::int64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

std::optional<HttpAnswer> http_get(const std::string& address, std::string_view path,
                                   std::int64_t timeout_ms) {
  const std::int64_t end_ms = now_ms() + timeout_ms;
  const std::string url = url_of(address) + std::string(path);
  const std::string unix_path = unix_path_of(address);
  const auto place = unix_path.empty() ? find_http_place(url) : find_http_place(url, unix_path);
  if (!place) return std::nullopt;
  const std::string request = str_cat("GET ", place->target, " HTTP/1.1\r\nHost: ", place->host,
                                      "\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  HttpConnection connection(*place, kBodyBytesMax);
  connection.start(request);
  while (connection.is_busy()) {
    const std::int64_t left_ms = end_ms - now_ms();
    if (left_ms <= 0) return std::nullopt;
    pollfd wanted = connection.wanted();
    const int ready = ::poll(&wanted, 1, static_cast<int>(left_ms));
    if (ready < 0 && errno != EINTR) return std::nullopt;
    if (ready > 0) connection.on_ready();
  }
  if (connection.state() != HttpConnection::State::kDone) return std::nullopt;
  return HttpAnswer{connection.answer().status(), connection.answer().body()};
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

}  // namespace penstock::client
