// How a server speaks TLS, made once and shared by its listeners, its reactors and what they have
// accepted: versions, suites, certificates, who may come in.
//
// Of what rules.h allows, the client's preference decides, because it knows whether it has AES in
// hardware.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "io/listener_options.h"
#include "tls/certificate_set.h"
#include "tls/handshake_counters.h"
#include "tls/openssl.h"
#include "tls/ticket_keys.h"

namespace penstock::tls {

struct ServerFiles {
  // Pairs in order; the first is for who asks for no name that we have.
  std::vector<std::string> certificates;
  std::vector<std::string> keys;
  // Of whom the client's certificate must come; "" lets in who has none.
  std::string client_ca;

  bool operator==(const ServerFiles&) const = default;
};

class ServerContext final : public io::TransportFactory,
                            public std::enable_shared_from_this<ServerContext> {
 public:
  // Requires as many keys as certificates, and one at least. Null: a file cannot be used; `fault`
  // says why, `at` which of its kind it is.
  static std::shared_ptr<const ServerContext> make(const ServerFiles& files,
                                                   std::shared_ptr<TicketKeys> tickets,
                                                   std::shared_ptr<HandshakeCounters> counters,
                                                   FileFault& fault);

  // Any thread.
  std::unique_ptr<io::Transport> make(io::Loop& loop, io::TransportEvents& events) const override;

  std::vector<CertificateExpiry> expiries() const;

 private:
  ServerContext(CertificateSet certificates, std::shared_ptr<TicketKeys> tickets,
                std::shared_ptr<HandshakeCounters> counters);
  bool fill(FileFault& fault);
  bool require_client(const std::string& path, FileFault& fault);
  static int on_name(SSL* session, int* alert, void* self);
  static int on_protocols(SSL* session, const unsigned char** chosen, unsigned char* chosen_bytes,
                          const unsigned char* offered, unsigned offered_bytes, void* self);
  static int on_ticket(SSL* session, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                       EVP_MAC_CTX* mac, int is_new);

  const CertificateSet certificates_;
  const std::shared_ptr<TicketKeys> tickets_;
  const std::shared_ptr<HandshakeCounters> counters_;
  std::vector<ContextPtr> contexts_;  // One for each group of certificates.
};

}  // namespace penstock::tls
