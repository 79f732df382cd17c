// How the handshakes of a program ended. Written by every reactor: a handshake costs a thousand
// times what counting it does.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock::tls {

enum class Outcome : std::uint8_t {
  kFull,
  kResumed,
  kPlainHttp,    // The client speaks HTTP without TLS.
  kVersion,      // It speaks no version that we do.
  kSuite,        // It knows no suite, group or signature that we do.
  kProtocol,     // It offers other protocols than ours, by ALPN.
  kCertificate,  // It has no certificate, or none that we trust, where one is required.
  kRefused,      // It did not like us: our certificate, most of all.
  kMalformed,    // It broke the protocol, or what it speaks is none.
  kBroken,       // It ended the connection, or that broke.
  kGivenUp,      // We did: it took too long, or we were stopping.
};
inline constexpr std::size_t kOutcomes = 11;

// As a metric's label.
std::string_view outcome_name(Outcome outcome);

class HandshakeCounters {
 public:
  // Any thread, as value().
  void add(Outcome outcome) {
    values_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
  }
  std::uint64_t value(Outcome outcome) const {
    return values_[static_cast<std::size_t>(outcome)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, kOutcomes> values_{};
};

// What a handshake failed of, by the error that OpenSSL noted first on this thread. Forgets it.
Outcome take_outcome();

}  // namespace penstock::tls
