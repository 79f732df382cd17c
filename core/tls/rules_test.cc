#include "tls/rules.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/test_certificates.h"

namespace penstock::tls {
namespace {

using testing::TestCertificate;
using testing::write_text;

class RulesTest : public ::testing::Test {
 protected:
  RulesTest() { set_rules(context_.get()); }
  bool use(const testing::CertificateWish& wish) {
    const TestCertificate made(wish);
    write_text(dir_.path("crt"), made.pem());
    write_text(dir_.path("key"), made.key_pem());
    const auto read = read_certificate(dir_.path("crt"), dir_.path("key"), fault_);
    return read && use_certificate(context_.get(), *read, fault_);
  }
  const testing::TempDir dir_;
  const ContextPtr context_{SSL_CTX_new(TLS_method())};
  FileFault fault_;
};

TEST_F(RulesTest, BeginWithTls12) {
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context_.get()), TLS1_2_VERSION);
  EXPECT_EQ(SSL_CTX_get_security_level(context_.get()), 2);
}

TEST_F(RulesTest, TakeACertificateWithItsKey) {
  EXPECT_TRUE(use({.names = {"a.test"}}));
  EXPECT_NE(SSL_CTX_get0_certificate(context_.get()), nullptr);
}

TEST_F(RulesTest, RefuseAWeakOneByItsFile) {
  EXPECT_FALSE(use({.names = {"a.test"}, .is_rsa = true, .rsa_bits = 1'024}));
  EXPECT_EQ(fault_.which, FileFault::Which::kCertificate);
  EXPECT_EQ(fault_.what, dir_.path("crt") + " cannot be used: ee key too small");
}

}  // namespace
}  // namespace penstock::tls
