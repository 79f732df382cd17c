#include "tls/ticket_keys.h"

#include <array>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "tls/openssl.h"

namespace penstock::tls {
namespace {

struct Ticket {
  std::array<unsigned char, 16> name{};
  std::array<unsigned char, EVP_MAX_IV_LENGTH> iv{};
};

class TicketKeysTest : public ::testing::Test {
 protected:
  int apply(TicketKeys& keys, Ticket& ticket, bool is_new) {
    const std::unique_ptr<EVP_CIPHER_CTX, FreeWith<EVP_CIPHER_CTX_free>> cipher(
        EVP_CIPHER_CTX_new());
    const std::unique_ptr<EVP_MAC, FreeWith<EVP_MAC_free>> hmac(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    const std::unique_ptr<EVP_MAC_CTX, FreeWith<EVP_MAC_CTX_free>> mac(EVP_MAC_CTX_new(hmac.get()));
    return keys.apply(ticket.name.data(), ticket.iv.data(), cipher.get(), mac.get(), is_new);
  }

  ManualClock clock_{0};
};

TEST_F(TicketKeysTest, OpenWhatTheyWroteAndNothingElse) {
  TicketKeys keys(clock_);
  Ticket ticket;
  EXPECT_EQ(apply(keys, ticket, true), 1);
  EXPECT_EQ(apply(keys, ticket, false), 1);
  TicketKeys others(clock_);
  EXPECT_EQ(apply(others, ticket, false), 0);
}

TEST_F(TicketKeysTest, OpenATicketForItsLifeAndHaveItRenewed) {
  TicketKeys keys(clock_);
  Ticket ticket;
  ASSERT_EQ(apply(keys, ticket, true), 1);
  clock_.advance_ms(TicketKeys::kLifetimeS * 1'000);
  EXPECT_EQ(apply(keys, ticket, false), 2);
  Ticket later;
  ASSERT_EQ(apply(keys, later, true), 1);
  EXPECT_NE(ticket.name, later.name);
  clock_.advance_ms(TicketKeys::kLifetimeS * 1'000);
  EXPECT_EQ(apply(keys, ticket, false), 0);
  EXPECT_EQ(apply(keys, later, false), 2);
  clock_.advance_ms(TicketKeys::kLifetimeS * 5'000);
  EXPECT_EQ(apply(keys, later, false), 0);  // Nobody came meanwhile.
}

}  // namespace
}  // namespace penstock::tls
