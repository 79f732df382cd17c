// The client's side of TLS without a socket: bytes in, bytes out, so that a test decides what the
// server gets and when.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.h"

namespace penstock::testing {

class TlsPeer {
 public:
  TlsPeer() : TlsPeer(new_context()) {}
  // Shares `context`, which a test may have changed.
  explicit TlsPeer(std::shared_ptr<SSL_CTX> context)
      : context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);
    BIO_set_mem_eof_return(out_, -1);
    SSL_set_bio(ssl_, in_, out_);
    SSL_set_connect_state(ssl_);
  }
  ~TlsPeer() { SSL_free(ssl_); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  static std::shared_ptr<SSL_CTX> new_context() {
    return {SSL_CTX_new(TLS_client_method()), [](SSL_CTX* context) { SSL_CTX_free(context); }};
  }

  SSL* ssl() const { return ssl_; }
  // By SNI. As SSL_set_tlsext_host_name(), which casts in the old style.
  void ask_for(std::string name) {
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  bool is_ready() const { return SSL_is_init_finished(ssl_) == 1; }
  bool has_failed() const { return has_failed_; }
  // Of the server's alert; "" for none.
  std::string failure() const { return failure_; }
  bool has_been_told_the_end() const {
    return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0;
  }

  // Takes what came and goes on with the handshake.
  void take(std::string_view bytes) {
    if (!bytes.empty()) BIO_write(in_, bytes.data(), static_cast<int>(bytes.size()));
    if (!is_ready() && !has_failed_) note(SSL_do_handshake(ssl_));
  }
  // What is to be sent.
  std::string give() {
    if (!is_ready() && !has_failed_) note(SSL_do_handshake(ssl_));
    char* bytes = nullptr;
    const long count = BIO_get_mem_data(out_, &bytes);
    std::string out(bytes, static_cast<std::size_t>(count));
    static_cast<void>(BIO_reset(out_));
    return out;
  }
  void write(std::string_view text) {
    const int count = static_cast<int>(text.size());
    PENSTOCK_CHECK(SSL_write(ssl_, text.data(), count) == count);
  }
  std::string read() {
    std::string out;
    char buffer[16'384];
    int count = 0;
    while ((count = SSL_read(ssl_, buffer, sizeof buffer)) > 0) {
      out.append(buffer, static_cast<std::size_t>(count));
    }
    note(count);
    return out;
  }
  void end() { SSL_shutdown(ssl_); }

 private:
  void note(int result) {
    if (result > 0) return;
    const int error = SSL_get_error(ssl_, result);
    if (error == SSL_ERROR_SSL) {
      has_failed_ = true;
      const char* reason = ERR_reason_error_string(ERR_peek_error());
      if (reason != nullptr) failure_ = reason;
    }
    ERR_clear_error();
  }

  std::shared_ptr<SSL_CTX> context_;
  SSL* ssl_;
  BIO* in_;  // The session's, as out_.
  BIO* out_;
  bool has_failed_ = false;
  std::string failure_;
};

}  // namespace penstock::testing
