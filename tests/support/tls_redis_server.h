// A real redis-server with a port for TLS besides its others, and the authority that its clients
// and it know one another by. For tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/redis_server.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"
#include "tls/client_context.h"

namespace penstock::testing {

class TlsRedisServer {
 public:
  // `auth` as tls-auth-clients: "yes" where each client has to show a certificate.
  explicit TlsRedisServer(const std::string& auth = "yes",
                          const CertificateWish& wish = {.names = {"localhost", "IP:127.0.0.1"}})
      : server_(arguments(auth)) {
    write_text(dir_.path("ca"), authority_.pem());
    certify(wish);
    const TestCertificate client({.names = {"penstock"}}, &authority_);
    write_text(dir_.path("client.crt"), client.pem());
    write_text(dir_.path("client.key"), client.key_pem());
  }

  // What it shows from its next start on.
  void certify(const CertificateWish& wish) {
    const TestCertificate own(wish, &authority_);
    write_text(dir_.path("redis.crt"), own.pem());
    write_text(dir_.path("redis.key"), own.key_pem());
  }
  bool start() { return server_.start(); }
  RedisServer& server() { return server_; }
  const RedisServer& server() const { return server_; }
  const TestCertificate& authority() const { return authority_; }

  std::uint16_t port() const { return port_; }
  queue::RedisAddress address() const {
    queue::RedisAddress address;
    address.host = "127.0.0.1";
    address.port = port_;
    address.is_tls = true;
    return address;
  }
  tls::ClientFiles files() const {
    return {dir_.path("ca"), dir_.path("client.crt"), dir_.path("client.key")};
  }

 private:
  std::vector<std::string> arguments(const std::string& auth) const {
    return {"--tls-port",         std::to_string(port_),
            "--tls-cert-file",    dir_.path("redis.crt"),
            "--tls-key-file",     dir_.path("redis.key"),
            "--tls-ca-cert-file", dir_.path("ca"),
            "--tls-auth-clients", auth};
  }

  const TempDir dir_;
  const TestCertificate authority_{CertificateWish{.names = {"authority"}, .is_authority = true}};
  const std::uint16_t port_ = free_port();
  RedisServer server_;
};

}  // namespace penstock::testing
