// The keys under which session tickets are written: who holds a ticket of ours resumes without the
// certificate's key being used. Shared by all reactors and kept over a reload, so that a ticket is
// good wherever its holder connects next; not kept over a restart.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include <openssl/ssl.h>

#include "base/clock.h"

namespace penstock::tls {

class TicketKeys {
 public:
  // Long enough for a client that comes back within the hour, short enough that what a stolen key
  // opens is little.
  static constexpr std::int64_t kLifetimeS = 7'200;

  // Borrows `clock`.
  explicit TicketKeys(const Clock& clock);
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  // As SSL_CTX_set_tlsext_ticket_key_evp_cb() wants it. Any thread.
  int apply(unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
            bool is_new);

 private:
  static constexpr std::size_t kNameBytes = 16;
  static constexpr std::size_t kKeyBytes = 32;
  struct Key {
    std::array<unsigned char, kNameBytes> name;
    std::array<unsigned char, kKeyBytes> cipher;
    std::array<unsigned char, kKeyBytes> mac;
  };
  static void fill(Key& key);
  void rotate();

  const Clock& clock_;
  std::mutex mutex_;
  std::int64_t since_us_;
  Key current_{};
  Key before_{};  // Written under no more, still read.
};

}  // namespace penstock::tls
