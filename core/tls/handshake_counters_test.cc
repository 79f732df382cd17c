#include "tls/handshake_counters.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace penstock::tls {
namespace {

Outcome outcome_of(int library, int reason) {
  ERR_raise(library, reason);
  return take_outcome();
}

TEST(HandshakeCounters, CountByOutcome) {
  HandshakeCounters counters;
  counters.add(Outcome::kResumed);
  counters.add(Outcome::kResumed);
  EXPECT_EQ(counters.value(Outcome::kResumed), 2u);
  EXPECT_EQ(counters.value(Outcome::kFull), 0u);
  EXPECT_EQ(outcome_name(Outcome::kFull), "full");
  EXPECT_EQ(outcome_name(Outcome::kGivenUp), "given_up");
}

TEST(HandshakeCounters, TellWhatAHandshakeFailedOf) {
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_HTTP_REQUEST), Outcome::kPlainHttp);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_UNSUPPORTED_PROTOCOL), Outcome::kVersion);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER), Outcome::kSuite);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_NO_APPLICATION_PROTOCOL), Outcome::kProtocol);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE),
            Outcome::kCertificate);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_UNKNOWN_CA), Outcome::kRefused);
  EXPECT_EQ(outcome_of(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(ERR_LIB_X509, X509_R_UNSUPPORTED_ALGORITHM), Outcome::kMalformed);
  EXPECT_EQ(take_outcome(), Outcome::kBroken);
}

}  // namespace
}  // namespace penstock::tls
