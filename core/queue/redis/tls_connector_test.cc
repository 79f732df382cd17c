#include "queue/redis/tls_connector.h"

#include <filesystem>
#include <optional>

#include <gtest/gtest.h>
#include <hiredis.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "queue/redis/client.h"
#include "queue/redis/remote.h"
#include "support/run_until.h"
#include "support/submissions.h"
#include "support/tls_redis_server.h"

namespace penstock::queue {
namespace {

using testing::run_until;
using testing::TestCertificate;
using testing::TlsRedisServer;
using testing::write_text;

class TlsRedisTest : public ::testing::Test {
 protected:
  explicit TlsRedisTest(const std::string& auth = "yes") : redis_(auth) {}
  void SetUp() override {
    ASSERT_TRUE(redis_.start());
    options_.address = redis_.address();
    options_.tls = redis_.files();
    options_.timeout_ms = 10'000;
  }

  // What the blocking client and the link say of it, which is the same.
  std::string refusal() {
    SystemClock clock;
    const auto reply = RedisClient(options_, clock).call({"PING"});
    EXPECT_FALSE(reply);
    if (reply) return "";
    code_ = reply.error().code;
    const std::string text = to_text(reply.error());
    io::Loop loop;
    RedisRemote remote(options_, 0, loop);
    EXPECT_TRUE(run_until(loop, [&] { return remote.state().last_error == "Redis: " + text; }))
        << remote.state().last_error;
    EXPECT_FALSE(remote.can_take());
    return text;
  }
  void expect_well() {
    SystemClock clock;
    const auto reply = RedisClient(options_, clock).call({"PING"});
    EXPECT_TRUE(reply) << to_text(reply.error());
  }

  const testing::TempDir dir_;
  TlsRedisServer redis_;
  RedisOptions options_;
  ErrorCode code_ = ErrorCode::kRejected;
};

class TlsRedisWithoutClientsTest : public TlsRedisTest {
 protected:
  TlsRedisWithoutClientsTest() : TlsRedisTest("no") {}
};

constexpr const char* kOpen = "connect to Redis by TLS: ";

TEST_F(TlsRedisTest, CarriesCommandsOfAnySizeBothWays) {
  SystemClock clock;
  RedisClient client(options_, clock);
  const std::string large(3'000'000, 'x');
  for (const std::string& value : {std::string("a"), std::string(16'384, 'b'), large}) {
    ASSERT_TRUE(client.call({"SET", "key", value}));
    const auto reply = client.call({"GET", "key"});
    ASSERT_TRUE(reply);
    EXPECT_EQ(std::string_view((*reply)->str, (*reply)->len), value);
  }
}

TEST_F(TlsRedisTest, StoresWhatIsPushed) {
  io::Loop loop;
  options_.key = "events";
  RedisRemote remote(options_, 0, loop);
  ASSERT_TRUE(run_until(loop, [&] { return remote.can_take(); }));
  int stored = 0;
  for (std::uint64_t i = 0; i < 50; ++i) {
    remote.push(testing::submission_of(i, {std::string(100'000, 'x'), "short"}),
                [&](const Submission&, bool is_stored) { stored += is_stored ? 1 : 0; });
  }
  ASSERT_TRUE(run_until(loop, [&] { return stored == 50; }));
  SystemClock clock;
  EXPECT_EQ((*RedisClient(options_, clock).call({"LLEN", "events"}))->integer, 100);
}

TEST_F(TlsRedisTest, ConnectsAnewWhereRedisIsStartedAgain) {
  SystemClock clock;
  RedisClient client(options_, clock);
  ASSERT_TRUE(client.call({"SET", "key", "kept"}));
  redis_.server().kill();
  EXPECT_FALSE(client.call({"PING"}));
  ASSERT_TRUE(redis_.start());
  EXPECT_TRUE(testing::wait_until([&] { return client.call({"GET", "key"}).has_value(); }));
}

TEST_F(TlsRedisTest, SaysThatTheAuthorityIsAnother) {
  const TestCertificate other({.names = {"other"}, .is_authority = true});
  write_text(dir_.path("ca"), other.pem());
  options_.tls.ca = dir_.path("ca");
  EXPECT_EQ(refusal(), str_cat(kOpen,
                               "its certificate is not trusted (self-signed certificate in "
                               "certificate chain); name the authority that signed it with "
                               "queue.tls_ca"));
  EXPECT_EQ(code_, ErrorCode::kConfiguration);
  options_.tls.ca = "";
  EXPECT_NE(refusal().find("its certificate is not trusted"), std::string::npos);
}

TEST_F(TlsRedisTest, SaysThatTheNameIsAnother) {
  redis_.server().kill();
  redis_.certify({.names = {"redis.test"}});
  ASSERT_TRUE(redis_.start());
  EXPECT_EQ(refusal(), str_cat(kOpen,
                               "its certificate is another host's (IP address mismatch); queue.url "
                               "has to name the host as the certificate does"));
  options_.address.host = "localhost";
  EXPECT_NE(refusal().find("(hostname mismatch)"), std::string::npos);
}

TEST_F(TlsRedisTest, SaysThatTheCertificateHasExpired) {
  redis_.server().kill();
  redis_.certify({.names = {"localhost", "IP:127.0.0.1"}, .valid_s = -60});
  ASSERT_TRUE(redis_.start());
  EXPECT_EQ(refusal(), str_cat(kOpen,
                               "its certificate is not valid now (certificate has expired); renew "
                               "it, or correct this machine's clock"));
}

TEST_F(TlsRedisTest, SaysThatACertificateIsWanted) {
  options_.tls.certificate = options_.tls.key = "";
  EXPECT_EQ(refusal(), str_cat(kOpen,
                               "it wants a certificate of ours (tlsv13 alert certificate "
                               "required); set queue.tls_certificate and queue.tls_key"));
  EXPECT_EQ(code_, ErrorCode::kConfiguration);
}

TEST_F(TlsRedisTest, SaysThatOursIsRefused) {
  const TestCertificate own({.names = {"penstock"}});
  write_text(dir_.path("crt"), own.pem());
  write_text(dir_.path("key"), own.key_pem());
  options_.tls.certificate = dir_.path("crt");
  options_.tls.key = dir_.path("key");
  EXPECT_NE(refusal().find("it refuses our certificate ("), std::string::npos);
}

// A Redis waits for the end of the line that it takes the handshake for.
TEST_F(TlsRedisTest, SaysWhereTheOtherSideSpeaksNoTls) {
  options_.address.port = redis_.server().port();
  options_.timeout_ms = 200;
  EXPECT_EQ(
      refusal(),
      "connect to Redis: it does not answer the TLS handshake; where its port is not for TLS, "
      "write redis://");
}

TEST_F(TlsRedisTest, SaysWhereTheOtherSideSpeaksNothingElse) {
  options_.address.is_tls = false;
  EXPECT_NE(refusal().find("where its port is for TLS, write rediss://"), std::string::npos);
}

TEST_F(TlsRedisTest, NamesTheFileThatCannotBeUsed) {
  options_.tls.key = dir_.path("none");
  EXPECT_EQ(refusal(), str_cat("use queue.tls_key: ", dir_.path("none"),
                               " cannot be read: No such file or directory"));
  EXPECT_EQ(code_, ErrorCode::kConfiguration);
  options_.tls.ca = dir_.path("none");
  EXPECT_EQ(refusal().find("use queue.tls_ca: "), 0U);
}

TEST_F(TlsRedisWithoutClientsTest, NeedsNoCertificateWhereNoneIsWanted) {
  options_.tls.certificate = options_.tls.key = "";
  expect_well();
}

TEST_F(TlsRedisWithoutClientsTest, TakesFilesThatHaveChangedWithTheNextConnection) {
  SystemClock clock;
  options_.tls.ca = dir_.path("ca");
  RedisClient client(options_, clock);
  EXPECT_FALSE(client.call({"PING"}));
  write_text(dir_.path("ca"), redis_.authority().pem());
  EXPECT_TRUE(testing::wait_until([&] { return client.call({"PING"}).has_value(); }));
  // What is faulty leaves those in use that were read before.
  write_text(dir_.path("ca"), "nothing");
  static_cast<void>(client.call({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"}));
  EXPECT_TRUE(testing::wait_until([&] { return client.call({"PING"}).has_value(); }));
}

// It takes the connection and is silent: the deadline holds for the handshake as well.
TEST(TlsRedisHandshake, IsGivenUpInTime) {
  const testing::TempDir dir;
  const TestCertificate authority({.names = {"authority"}, .is_authority = true});
  write_text(dir.path("ca"), authority.pem());
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), bytes), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &bytes);
  RedisOptions options;
  options.address.host = "127.0.0.1";
  options.address.port = ntohs(address.sin_port);
  options.address.is_tls = true;
  options.tls.ca = dir.path("ca");
  options.timeout_ms = 30;
  SystemClock clock;
  EXPECT_EQ(
      to_text(RedisClient(options, clock).call({"PING"}).error()),
      "connect to Redis: it does not answer the TLS handshake; where its port is not for TLS, "
      "write redis://");
  ::close(listener);
}

}  // namespace
}  // namespace penstock::queue
