// How a client of ours speaks TLS to a server that it knows by name, made once from files and
// shared by its connections.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "io/loop.h"
#include "io/transport.h"
#include "tls/certificate.h"
#include "tls/handshake_counters.h"
#include "tls/openssl.h"
#include "tls/tls_transport.h"

namespace penstock::tls {

struct ClientFiles {
  std::string ca;           // Of whom the server's certificate must come; "": the system's store.
  std::string certificate;  // What we show where the server asks for one; "": nothing.
  std::string key;

  bool operator==(const ClientFiles&) const = default;
};

class ClientContext final : public std::enable_shared_from_this<ClientContext> {
 public:
  // Requires a key where there is a certificate. Null: a file cannot be used; `fault` says why.
  static std::shared_ptr<const ClientContext> make(const ClientFiles& files, FileFault& fault);

  // For one connection to `host`, a name or a numeric address, which the server's certificate has
  // to be good for. Any thread.
  std::unique_ptr<TlsTransport> make(io::Loop& loop, io::TransportEvents& events,
                                     const std::string& host) const;

  // Of our certificate, where there is one.
  const std::optional<CertificateExpiry>& expiry() const { return expiry_; }

 private:
  ClientContext();
  bool trust(const std::string& ca, FileFault& fault);

  const ContextPtr context_;
  std::optional<CertificateExpiry> expiry_;
  mutable HandshakeCounters counters_;  // For nobody: a client tells its failures one by one.
};

}  // namespace penstock::tls
