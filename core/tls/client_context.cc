#include "tls/client_context.h"

#include <utility>
#include <vector>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "tls/rules.h"

namespace penstock::tls {
namespace {

// As certificates write it: "redis.example." is the same name, and "fe80::1%eth0" the address of
// a machine that does not know how we call our network card.
std::string as_certified(const std::string& host) {
  std::string name = host.substr(0, host.find('%'));
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

// An address is not sent by SNI, which knows names alone.
void expect_host(SSL* session, const std::string& host) {
  std::string name = as_certified(host);
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name.c_str()) == 1) return;
  ERR_clear_error();
  PENSTOCK_CHECK(X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size()) == 1);
  // As SSL_set_tlsext_host_name(), which casts in the old style. One that is too long is not sent.
  SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  ERR_clear_error();
}

}  // namespace

ClientContext::ClientContext() : context_(SSL_CTX_new(TLS_client_method())) {
  PENSTOCK_CHECK(context_ != nullptr);
  set_rules(context_.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
}

std::shared_ptr<const ClientContext> ClientContext::make(const ClientFiles& files,
                                                         FileFault& fault) {
  PENSTOCK_CHECK(files.certificate.empty() == files.key.empty());
  std::shared_ptr<ClientContext> made(new ClientContext());
  if (!made->trust(files.ca, fault)) return nullptr;
  if (files.certificate.empty()) return made;
  const auto certificate = read_certificate(files.certificate, files.key, fault);
  if (!certificate || !use_certificate(made->context_.get(), *certificate, fault)) return nullptr;
  made->expiry_ = expiry_of(*certificate);
  return made;
}

// A file may hold an authority between, or the server's own certificate: who names it trusts it.
bool ClientContext::trust(const std::string& ca, FileFault& fault) {
  SSL_CTX* const context = context_.get();
  if (ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    ERR_clear_error();
    return true;
  }
  std::string pem;
  const std::vector<X509Ptr> authorities = read_authorities(ca, pem, fault);
  for (const X509Ptr& authority : authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  }
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  ERR_clear_error();
  return !authorities.empty();
}

std::unique_ptr<TlsTransport> ClientContext::make(io::Loop& loop, io::TransportEvents& events,
                                                  const std::string& host) const {
  SessionPtr session(SSL_new(context_.get()));
  PENSTOCK_CHECK(session != nullptr);
  expect_host(session.get(), host);
  SSL_set_connect_state(session.get());
  return std::make_unique<TlsTransport>(loop, events, std::move(session), shared_from_this(),
                                        counters_);
}

}  // namespace penstock::tls
