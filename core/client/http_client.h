// Short questions to our own programs: one GET to an address from a run file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::client {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// `address` as programs announce it: "host:port", "[v6]:port" or "unix:/path". Nullopt: no answer
// within `timeout_ms`. Never goes through a proxy.
std::optional<HttpAnswer> http_get(const std::string& address, std::string_view path,
                                   std::int64_t timeout_ms);

// Where a client on this machine reaches a listener: "http://127.0.0.1:8080" for "0.0.0.0:8080".
// For a unix socket "http://localhost".
std::string url_of(const std::string& address);

// The path of "unix:/path", "" for other addresses.
std::string unix_path_of(const std::string& address);

}  // namespace penstock::client
