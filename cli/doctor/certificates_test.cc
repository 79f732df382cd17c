#include <gtest/gtest.h>

#include "cli/doctor/doctor_testing.h"
#include "support/test_certificates.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kDayS = 86'400;

class DoctorCertificates : public ::testing::Test {
 protected:
  DoctorCertificates() {
    config_.console.tls_listen = {"127.0.0.1:0"};
    config_.console.tls_certificate = {dir_.path("crt")};
    config_.console.tls_key = {dir_.path("key")};
  }
  Finding look_at(std::int64_t valid_s) {
    const testing::TestCertificate made({.names = {"a.test"}, .valid_s = valid_s});
    testing::write_text(dir_.path("crt"), made.pem());
    testing::write_text(dir_.path("key"), made.key_pem());
    const auto found = look(check_certificates, config_);
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? Finding() : found.front();
  }

  TempDir dir_;
  app::Config config_ = config_in(dir_);
};

TEST_F(DoctorCertificates, TellForHowLongTheyAreGood) {
  EXPECT_EQ(look_at(30 * kDayS).verdict, Verdict::kOk);
  EXPECT_EQ(look_at(10 * kDayS).verdict, Verdict::kWarn);
  const Finding expired = look_at(-kDayS);
  EXPECT_EQ(expired.verdict, Verdict::kFail);
  EXPECT_EQ(expired.where, dir_.path("crt"));
}

TEST_F(DoctorCertificates, TellWhatCannotBeUsed) {
  const auto found = look(check_certificates, config_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kFail);
  EXPECT_EQ(found[0].where, "console.tls_certificate");
  config_.console.tls_listen.clear();
  EXPECT_TRUE(look(check_certificates, config_).empty());
}

TEST_F(DoctorCertificates, TellOfTheQueuesToo) {
  config_.console.tls_listen.clear();
  config_.queue.url = "rediss://redis.test";
  config_.queue.tls_certificate = dir_.path("crt");
  config_.queue.tls_key = dir_.path("key");
  EXPECT_EQ(look_at(30 * kDayS).verdict, Verdict::kOk);
  EXPECT_EQ(look_at(-kDayS).verdict, Verdict::kFail);
  config_.queue.tls_ca = dir_.path("none");
  const auto found = look(check_certificates, config_);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].where, "queue.tls_ca");
}

}  // namespace
}  // namespace penstock::cli
