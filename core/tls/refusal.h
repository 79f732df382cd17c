// Why a client and a server did not agree, told for the one that is to be put right.
#pragma once

#include <cstdint>
#include <string>

#include "tls/openssl.h"

namespace penstock::tls {

struct Refusal {
  enum class Kind : std::uint8_t {
    kNone,              // It was not TLS that broke.
    kUntrusted,         // The server's certificate comes of nobody whom we trust.
    kName,              // It is another host's.
    kExpired,           // Or not yet good.
    kCertificate,       // It is not good for another reason.
    kNoTls,             // What answers speaks no TLS.
    kVersion,           // It speaks none that we do.
    kWantsCertificate,  // It wants one of ours, and got none.
    kOurCertificate,    // It does not like ours.
    kHandshake,         // It refuses, and does not say why.
    kOther,
  };
  Kind kind = Kind::kNone;
  std::string words;  // OpenSSL's, as the end of a sentence.
};

// Of the oldest error that was noted when the session broke; 0 for none.
Refusal refusal_of(const SSL* session, unsigned long error);

}  // namespace penstock::tls
