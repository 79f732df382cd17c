// What both sides of ours speak, and how they show who they are.
//
// By Mozilla's "intermediate" list of today: TLS 1.2 with forward secrecy and authenticated
// encryption alone, and TLS 1.3. No renegotiation, no compression, no early data.
#pragma once

#include "tls/certificate.h"
#include "tls/openssl.h"

namespace penstock::tls {

// Versions, suites and limits of a context that is new.
void set_rules(SSL_CTX* context);

// The certificate with its chain and key, besides those of other kinds of key. False: `fault` says
// why.
bool use_certificate(SSL_CTX* context, const Certificate& certificate, FileFault& fault);

}  // namespace penstock::tls
