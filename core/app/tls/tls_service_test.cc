#include "app/tls/tls_service.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/test_certificates.h"

namespace penstock::app {
namespace {

using testing::TestCertificate;
using testing::write_text;

class TlsServiceTest : public ::testing::Test {
 protected:
  void put(const TestCertificate& certificate) {
    write_text(dir_.path("crt"), certificate.pem());
    write_text(dir_.path("key"), certificate.key_pem());
  }
  TlsConfig config() const {
    TlsConfig config;
    config.tls_listen = {"127.0.0.1:0"};
    config.tls_certificate = {dir_.path("crt")};
    config.tls_key = {dir_.path("key")};
    return config;
  }
  std::string metrics() const {
    std::string out;
    service_.append_metrics(out, 7);
    return out;
  }
  bool has_line(const std::string& line) const {
    return metrics().find("\n" + line + "\n") != std::string::npos;
  }
  // Until the service has looked, which it does by itself.
  template <class Condition>
  bool run_until(Condition condition) {
    io::Timer deadline(loop_, [&] { loop_.stop(); });
    deadline.start_once(20'000);
    loop_.set_end_of_turn([&] {
      if (condition()) loop_.stop();
    });
    loop_.run();
    loop_.set_end_of_turn(nullptr);
    return condition();
  }

  const testing::TempDir dir_;
  SystemClock clock_;
  io::Loop loop_;
  int changes_ = 0;
  TlsService service_{"ingest", loop_, clock_, [this] { ++changes_; }};
};

TEST_F(TlsServiceTest, TakesNothingWithoutListeners) {
  EXPECT_TRUE(service_.take({}));
  EXPECT_EQ(service_.transports(), nullptr);
  EXPECT_TRUE(has_line(R"(penstock_ingest_tls_handshakes_total{outcome="tls_on_plain"} 7)"));
  EXPECT_TRUE(has_line(R"(penstock_ingest_tls_handshakes_total{outcome="full"} 0)"));
  EXPECT_EQ(metrics().find("penstock_tls_certificate"), std::string::npos);
}

TEST_F(TlsServiceTest, TakesWhatChangesAndKeepsTheOldOnesWhereThatIsFaulty) {
  EXPECT_FALSE(service_.take(config()));
  EXPECT_EQ(service_.transports(), nullptr);
  put(TestCertificate({.names = {"first.test"}}));
  ASSERT_TRUE(service_.take(config()));
  const auto first = service_.transports();
  ASSERT_NE(first, nullptr);

  write_text(dir_.path("key"), "nothing");
  ASSERT_TRUE(run_until([&] { return has_line("penstock_tls_files_faulty 1"); }));
  EXPECT_EQ(service_.transports(), first);
  EXPECT_FALSE(service_.take(config()));
  EXPECT_EQ(service_.transports(), first);
  EXPECT_EQ(changes_, 0);

  put(TestCertificate({.names = {"second.test"}}));
  ASSERT_TRUE(run_until([&] { return changes_ == 1; }));
  EXPECT_NE(service_.transports(), first);
  EXPECT_TRUE(has_line("penstock_tls_files_faulty 0"));
  EXPECT_NE(metrics().find("penstock_tls_certificate_expires_seconds{name=\"second.test\",file=\"" +
                           dir_.path("crt") + "\"} "),
            std::string::npos);
}

TEST_F(TlsServiceTest, GoesOnLookingAfterWhatIsInUseWhereOtherFilesAreRefused) {
  put(TestCertificate({.names = {"a.test"}}));
  ASSERT_TRUE(service_.take(config()));
  TlsConfig other = config();
  other.tls_certificate = {dir_.path("none")};
  EXPECT_FALSE(service_.take(other));
  put(TestCertificate({.names = {"b.test"}}));
  EXPECT_TRUE(run_until([&] { return changes_ == 1; }));
}

}  // namespace
}  // namespace penstock::app
