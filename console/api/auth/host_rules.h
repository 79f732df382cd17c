// Which names the console answers to, and which pages may send it changes.
//
// A page of somebody else's may get its own name resolved to our address (DNS rebinding) and would
// then be of our origin. So the console answers only to names that cannot be taken over: loopback
// names, addresses, and the host of console.public_url.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace penstock::console {

class HostRules {
 public:
  // "" or "https://stats.example.org[:port][/…]".
  explicit HostRules(std::string_view public_url);

  // `host` is the Host header's value.
  bool is_ours(std::string_view host) const;

  // Whether a changing request comes from a page of this origin, or from no page at all: judged by
  // Origin and Sec-Fetch-Site where they are sent.
  bool is_same_origin(const http::Request& request) const;

  // The public address is https: cookies can be bound to it.
  bool is_secure() const { return is_secure_; }

  // Of the public address, "stats.example.org:8443"; "" without one.
  const std::string& public_authority() const { return public_authority_; }

 private:
  std::string public_authority_;  // "stats.example.org:8443", in lower case.
  std::string public_host_;       // Without the port.
  bool is_secure_ = false;
};

// "a.example:8443" to "a.example"; "" for what is no authority.
std::string_view host_without_port(std::string_view authority);

}  // namespace penstock::console
