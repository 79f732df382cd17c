#include "tls/openssl.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace penstock::tls {
namespace {

TEST(OpenSsl, TellsTheOldestErrorAndForgetsTheRest) {
  const std::string text = "no PEM";
  EXPECT_EQ(PEM_read_bio_X509(reader_of(text).get(), nullptr, nullptr, nullptr), nullptr);
  ERR_raise(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER);
  EXPECT_EQ(take_reason(), "no start line");
  EXPECT_EQ(take_reason(), "unknown error");
}

}  // namespace
}  // namespace penstock::tls
