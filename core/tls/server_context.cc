#include "tls/server_context.h"

#include <utility>

#include <openssl/err.h>
#include <openssl/sha.h>

#include "base/check.h"
#include "tls/rules.h"
#include "tls/tls_transport.h"

namespace penstock::tls {
namespace {

// In the form of RFC 7301: each behind its length.
constexpr unsigned char kProtocols[] = "\x08http/1.1";
constexpr unsigned kProtocolsBytes = sizeof kProtocols - 1;

ContextPtr new_context() {
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  PENSTOCK_CHECK(context != nullptr);
  SSL_CTX* const c = context.get();
  set_rules(c);
  // Our order, cheapest first; ChaCha20 for a client that puts it first, as one without AES in its
  // processor does.
  SSL_CTX_set_options(c, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Sessions are in the clients' tickets alone.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(c, TicketKeys::kLifetimeS);
  return context;
}

// A session is resumed only under the rules that it was made by: of another authority's clients, or
// where none was asked for, it is void.
void name_sessions(SSL_CTX* context, std::string_view rules) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(rules.data()), rules.size(), digest);
  static_assert(sizeof digest <= SSL_MAX_SID_CTX_LENGTH);
  PENSTOCK_CHECK(SSL_CTX_set_session_id_context(context, digest, sizeof digest) == 1);
}

}  // namespace

ServerContext::ServerContext(CertificateSet certificates, std::shared_ptr<TicketKeys> tickets,
                             std::shared_ptr<HandshakeCounters> counters)
    : certificates_(std::move(certificates)),
      tickets_(std::move(tickets)),
      counters_(std::move(counters)) {}

std::shared_ptr<const ServerContext> ServerContext::make(
    const ServerFiles& files, std::shared_ptr<TicketKeys> tickets,
    std::shared_ptr<HandshakeCounters> counters, FileFault& fault) {
  PENSTOCK_CHECK(!files.certificates.empty() && files.certificates.size() == files.keys.size());
  std::vector<Certificate> certificates;
  for (std::size_t i = 0; i < files.certificates.size(); ++i) {
    auto certificate = read_certificate(files.certificates[i], files.keys[i], fault);
    if (!certificate) return nullptr;
    certificates.push_back(std::move(*certificate));
  }
  std::shared_ptr<ServerContext> made(new ServerContext(CertificateSet(std::move(certificates)),
                                                        std::move(tickets), std::move(counters)));
  if (!made->fill(fault)) return nullptr;
  if (!files.client_ca.empty() && !made->require_client(files.client_ca, fault)) return nullptr;
  return made;
}

bool ServerContext::fill(FileFault& fault) {
  for (const std::vector<std::size_t>& group : certificates_.groups()) {
    ContextPtr& context = contexts_.emplace_back(new_context());
    for (const std::size_t index : group) {
      if (!use_certificate(context.get(), certificates_.all()[index], fault)) return false;
    }
    name_sessions(context.get(), "");
    SSL_CTX_set_app_data(context.get(), this);
    // As SSL_CTX_set_tlsext_servername_callback() does, which casts in the old style.
    SSL_CTX_callback_ctrl(context.get(), SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(on_name));
    SSL_CTX_set_tlsext_servername_arg(context.get(), this);
    SSL_CTX_set_alpn_select_cb(context.get(), on_protocols, this);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context.get(), on_ticket);
  }
  return true;
}

bool ServerContext::require_client(const std::string& path, FileFault& fault) {
  std::string pem;
  const std::vector<X509Ptr> authorities = read_authorities(path, pem, fault);
  if (authorities.empty()) return false;
  for (const ContextPtr& context : contexts_) {
    X509_STORE* const store = SSL_CTX_get_cert_store(context.get());
    for (const X509Ptr& authority : authorities) {
      X509_STORE_add_cert(store, authority.get());
      SSL_CTX_add_client_CA(context.get(), authority.get());
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    name_sessions(context.get(), pem);
  }
  ERR_clear_error();
  return true;
}

std::unique_ptr<io::Transport> ServerContext::make(io::Loop& loop,
                                                   io::TransportEvents& events) const {
  SessionPtr session(SSL_new(contexts_.front().get()));
  PENSTOCK_CHECK(session != nullptr);
  SSL_set_accept_state(session.get());
  return std::make_unique<TlsTransport>(loop, events, std::move(session), shared_from_this(),
                                        *counters_);
}

std::vector<CertificateExpiry> ServerContext::expiries() const {
  std::vector<CertificateExpiry> all;
  for (const Certificate& certificate : certificates_.all()) {
    all.push_back(expiry_of(certificate));
  }
  return all;
}

// All contexts differ in their certificates alone, so that what the first one began goes on in any.
int ServerContext::on_name(SSL* session, int* /*alert*/, void* self) {
  const auto* own = static_cast<const ServerContext*>(self);
  const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const std::size_t group = own->certificates_.group_of(name);
  if (group != 0) SSL_set_SSL_CTX(session, own->contexts_[group].get());
  return SSL_TLSEXT_ERR_OK;
}

int ServerContext::on_protocols(SSL* /*session*/, const unsigned char** chosen,
                                unsigned char* chosen_bytes, const unsigned char* offered,
                                unsigned offered_bytes, void* /*self*/) {
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_bytes, kProtocols, kProtocolsBytes, offered,
                            offered_bytes) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

int ServerContext::on_ticket(SSL* session, unsigned char* name, unsigned char* iv,
                             EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int is_new) {
  const auto* own =
      static_cast<const ServerContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)));
  constexpr int kUse = 1;
  constexpr int kUseAndRenew = 2;
  const int applied = own->tickets_->apply(name, iv, cipher, mac, is_new == 1);
  // A client of TLS 1.3 uses a ticket once.
  const bool is_spent = is_new == 0 && SSL_version(session) >= TLS1_3_VERSION;
  return applied == kUse && is_spent ? kUseAndRenew : applied;
}

}  // namespace penstock::tls
