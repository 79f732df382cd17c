// How it is told apart in real handshakes: client_context_test.cc.
#include "tls/refusal.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace penstock::tls {
namespace {

using Kind = Refusal::Kind;

class RefusalTest : public ::testing::Test {
 protected:
  Refusal of(int reason) const {
    return refusal_of(session_.get(), ERR_PACK(ERR_LIB_SSL, 0, reason));
  }
  const ContextPtr context_{SSL_CTX_new(TLS_client_method())};
  const SessionPtr session_{SSL_new(context_.get())};
};

TEST_F(RefusalTest, IsNoneWithoutAnError) {
  EXPECT_EQ(refusal_of(session_.get(), 0).kind, Kind::kNone);
}

TEST_F(RefusalTest, TellsWhatTheServerDislikes) {
  EXPECT_EQ(of(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED).kind, Kind::kWantsCertificate);
  EXPECT_EQ(of(SSL_R_TLSV1_ALERT_UNKNOWN_CA).kind, Kind::kOurCertificate);
  EXPECT_EQ(of(SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED).kind, Kind::kOurCertificate);
  EXPECT_EQ(of(SSL_R_TLSV1_ALERT_PROTOCOL_VERSION).kind, Kind::kVersion);
  EXPECT_EQ(of(SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE).kind, Kind::kHandshake);
  EXPECT_EQ(of(SSL_R_WRONG_VERSION_NUMBER).kind, Kind::kNoTls);
}

TEST_F(RefusalTest, TellsWhatWeDislikeByTheVerdict) {
  const auto of_verdict = [&](long verdict) {
    SSL_set_verify_result(session_.get(), verdict);
    return of(SSL_R_CERTIFICATE_VERIFY_FAILED);
  };
  EXPECT_EQ(of_verdict(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN).kind, Kind::kUntrusted);
  EXPECT_EQ(of_verdict(X509_V_ERR_HOSTNAME_MISMATCH).kind, Kind::kName);
  EXPECT_EQ(of_verdict(X509_V_ERR_CERT_NOT_YET_VALID).kind, Kind::kExpired);
  EXPECT_EQ(of_verdict(X509_V_ERR_INVALID_PURPOSE).kind, Kind::kCertificate);
  EXPECT_EQ(of_verdict(X509_V_ERR_CERT_HAS_EXPIRED).words, "certificate has expired");
}

TEST_F(RefusalTest, KeepsTheWordsOfWhatItDoesNotKnow) {
  EXPECT_EQ(of(SSL_R_BAD_SIGNATURE).kind, Kind::kOther);
  EXPECT_EQ(of(SSL_R_BAD_SIGNATURE).words, "bad signature");
}

}  // namespace
}  // namespace penstock::tls
