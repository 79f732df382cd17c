#include "tls/client_context.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/run_until.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"
#include "tls/server_context.h"

namespace penstock::tls {
namespace {

using testing::CertificateWish;
using testing::run_until;
using testing::TestCertificate;
using testing::write_text;
using Kind = Refusal::Kind;

// One side of a connection.
struct Side final : io::TransportEvents {
  bool wants_bytes() override { return wants; }
  void on_ready() override {
    is_ready = true;
    wants = goes_on;
  }
  void on_bytes(std::string_view bytes) override { seen += bytes; }
  void on_end(int /*error*/) override { has_ended = true; }
  void on_written() override {}

  bool wants = true;
  bool goes_on = true;  // Reads after the handshake.
  bool is_ready = false;
  bool has_ended = false;
  std::string seen;
};

class ClientContextTest : public ::testing::Test {
 protected:
  ClientContextTest() {
    write_text(dir_.path("ca"), authority_.pem());
    files_.ca = dir_.path("ca");
    serve({.names = {"redis.test", "IP:127.0.0.1", "IP:::1"}});
  }

  std::string put(const std::string& name, const std::string& text) {
    write_text(dir_.path(name), text);
    return dir_.path(name);
  }
  void serve(const CertificateWish& wish, const TestCertificate* issuer = nullptr) {
    const TestCertificate made(wish, issuer == nullptr ? &authority_ : issuer);
    server_files_.certificates = {put("server.crt", made.pem())};
    server_files_.keys = {put("server.key", made.key_pem())};
  }
  void show(const TestCertificate& made) {
    files_.certificate = put("client.crt", made.pem());
    files_.key = put("client.key", made.key_pem());
  }

  void begin(const std::string& host) {
    client_.reset();
    server_.reset();
    client_side_ = server_side_ = {};
    FileFault fault;
    const auto client = ClientContext::make(files_, fault);
    EXPECT_NE(client, nullptr) << fault.what;
    const auto server = ServerContext::make(server_files_, std::make_shared<TicketKeys>(clock_),
                                            std::make_shared<HandshakeCounters>(), fault);
    EXPECT_NE(server, nullptr) << fault.what;
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    server_ = server->make(loop_, server_side_);
    client_ = client->make(loop_, client_side_, host);
    EXPECT_TRUE(server_->open(ends[0], true));
    EXPECT_TRUE(client_->open(ends[1], true));
    EXPECT_TRUE(server_->begin_handshake(""));
    EXPECT_TRUE(client_->begin_handshake(""));
  }
  // As the client sees it: kNone where both understood each other.
  Refusal connect(const std::string& host) {
    begin(host);
    EXPECT_TRUE(run_until(loop_, [&] {
      if (client_side_.is_ready && server_side_.is_ready && server_side_.seen.empty()) {
        EXPECT_TRUE(client_->write("ping"));
        EXPECT_TRUE(server_->write("pong"));
      }
      const bool is_well = server_side_.seen.find("ping") == 0 && !client_side_.seen.empty();
      return is_well || client_side_.has_ended;
    }));
    return client_->refusal();
  }
  FileFault fault_of(const ClientFiles& files) {
    FileFault fault;
    EXPECT_EQ(ClientContext::make(files, fault), nullptr);
    return fault;
  }

  const testing::TempDir dir_;
  ManualClock clock_{0};
  const TestCertificate authority_{CertificateWish{.names = {"authority"}, .is_authority = true}};
  ClientFiles files_;
  ServerFiles server_files_;
  io::Loop loop_;
  Side client_side_;
  Side server_side_;
  std::unique_ptr<io::Transport> server_;
  std::unique_ptr<TlsTransport> client_;
};

TEST_F(ClientContextTest, TakesTheHostsThatTheCertificateIsFor) {
  for (const char* host : {"redis.test", "REDIS.test", "redis.test.", "127.0.0.1", "::1"}) {
    const Refusal refusal = connect(host);
    EXPECT_EQ(refusal.kind, Kind::kNone) << host << ": " << refusal.words;
    EXPECT_TRUE(client_side_.is_ready);
  }
}

TEST_F(ClientContextTest, RefusesOtherHosts) {
  for (const char* host : {"other.test", "x.redis.test", "redis", "127.0.0.2", "::2"}) {
    EXPECT_EQ(connect(host).kind, Kind::kName) << host;
    EXPECT_FALSE(client_side_.is_ready);
  }
  EXPECT_EQ(connect("other.test").words, "hostname mismatch");
  EXPECT_EQ(connect("127.0.0.2").words, "IP address mismatch");
}

TEST_F(ClientContextTest, KnowsAWildcardAndNoHalfOfOne) {
  serve({.names = {"*.redis.test", "a*.other.test"}});
  EXPECT_EQ(connect("one.redis.test").kind, Kind::kNone);
  EXPECT_EQ(connect("one.two.redis.test").kind, Kind::kName);
  EXPECT_EQ(connect("ab.other.test").kind, Kind::kName);
}

// A server with several certificates answers with the one that is asked for.
TEST_F(ClientContextTest, AsksForTheNameItWants) {
  const TestCertificate second({.names = {"second.test"}}, &authority_);
  server_files_.certificates.push_back(put("second.crt", second.pem()));
  server_files_.keys.push_back(put("second.key", second.key_pem()));
  EXPECT_EQ(connect("second.test").kind, Kind::kNone);
  EXPECT_EQ(connect("redis.test").kind, Kind::kNone);
}

TEST_F(ClientContextTest, RefusesWhoIsVouchedForByOthers) {
  const TestCertificate stranger({.names = {"stranger"}, .is_authority = true});
  serve({.names = {"redis.test"}}, &stranger);
  EXPECT_EQ(connect("redis.test").kind, Kind::kUntrusted);
  EXPECT_EQ(connect("redis.test").words, "unable to get local issuer certificate");
  files_.ca = "";  // The system knows neither.
  EXPECT_EQ(connect("redis.test").kind, Kind::kUntrusted);
}

TEST_F(ClientContextTest, TakesWhatIsNamedItselfForAnAuthority) {
  const TestCertificate own({.names = {"redis.test"}});
  server_files_.certificates = {put("server.crt", own.pem())};
  server_files_.keys = {put("server.key", own.key_pem())};
  EXPECT_EQ(connect("redis.test").kind, Kind::kUntrusted);
  files_.ca = dir_.path("server.crt");
  EXPECT_EQ(connect("redis.test").kind, Kind::kNone);
  EXPECT_EQ(connect("other.test").kind, Kind::kName);

  const TestCertificate between({.names = {"between"}, .is_authority = true}, &authority_);
  serve({.names = {"redis.test"}}, &between);
  files_.ca = put("ca", between.pem());
  EXPECT_EQ(connect("redis.test").kind, Kind::kNone);
}

TEST_F(ClientContextTest, RefusesWhatHasExpired) {
  serve({.names = {"redis.test"}, .valid_s = -60});
  EXPECT_EQ(connect("redis.test").kind, Kind::kExpired);
  EXPECT_EQ(connect("redis.test").words, "certificate has expired");
}

TEST_F(ClientContextTest, ShowsItsOwnWhereOneIsWanted) {
  server_files_.client_ca = dir_.path("ca");
  EXPECT_EQ(connect("redis.test").kind, Kind::kWantsCertificate);
  show(TestCertificate({.names = {"penstock"}}, &authority_));
  EXPECT_EQ(connect("redis.test").kind, Kind::kNone);
  show(TestCertificate({.names = {"penstock"}}));
  EXPECT_EQ(connect("redis.test").kind, Kind::kOurCertificate);
  show(TestCertificate({.names = {"penstock"}, .valid_s = -60}, &authority_));
  EXPECT_EQ(connect("redis.test").kind, Kind::kOurCertificate);
}

// The server has said why and has gone, before we wrote and before we read.
TEST_F(ClientContextTest, IsToldWhyAlsoWhereItWritesToNobody) {
  server_files_.client_ca = dir_.path("ca");
  begin("redis.test");
  client_side_.goes_on = false;
  ASSERT_TRUE(run_until(loop_, [&] { return client_side_.is_ready && server_side_.has_ended; }));
  server_.reset();
  // Until the loop has closed its end.
  ASSERT_TRUE(run_until(loop_, [&] { return !client_->write("ping"); }));
  EXPECT_FALSE(client_->write("ping"));
  client_side_.wants = true;
  client_->resume();
  ASSERT_TRUE(run_until(loop_, [&] { return client_side_.has_ended; }));
  EXPECT_EQ(client_->refusal().kind, Kind::kWantsCertificate);
}

TEST_F(ClientContextTest, TellsHowLongItsCertificateIsGood) {
  FileFault fault;
  EXPECT_FALSE(ClientContext::make(files_, fault)->expiry());
  show(TestCertificate({.names = {"penstock"}}, &authority_));
  const auto context = ClientContext::make(files_, fault);
  ASSERT_TRUE(context->expiry());
  EXPECT_EQ(context->expiry()->name, "penstock");
  EXPECT_EQ(context->expiry()->path, files_.certificate);
}

TEST_F(ClientContextTest, NamesTheFileThatIsFaulty) {
  ClientFiles files = files_;
  files.ca = dir_.path("none");
  EXPECT_EQ(fault_of(files).which, FileFault::Which::kAuthorities);
  EXPECT_EQ(fault_of(files).what, files.ca + " cannot be read: No such file or directory");
  files.ca = put("empty", "");
  EXPECT_EQ(fault_of(files).what, files.ca + " holds no certificate in PEM");
  show(TestCertificate({.names = {"penstock"}}));
  files = files_;
  files.key = dir_.path("server.key");
  EXPECT_EQ(fault_of(files).which, FileFault::Which::kKey);
  EXPECT_EQ(fault_of(files).what,
            files.key + " is not the key of the certificate in " + files.certificate);
  files.certificate = files.key;
  EXPECT_EQ(fault_of(files).which, FileFault::Which::kCertificate);
}

// What answers without TLS: a Redis, and others that are found at a port.
TEST_F(ClientContextTest, TellsThatTheOtherSideSpeaksNoTls) {
  FileFault fault;
  const auto context = ClientContext::make(files_, fault);
  for (const std::string_view answer :
       {"-ERR unknown command\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n",
        "220 mail.test ESMTP\r\n"}) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    client_side_ = {};
    client_ = context->make(loop_, client_side_, "redis.test");
    ASSERT_TRUE(client_->open(ends[0], true));
    ASSERT_TRUE(client_->begin_handshake(""));
    ASSERT_EQ(::write(ends[1], answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
    ASSERT_TRUE(run_until(loop_, [&] { return client_side_.has_ended; }));
    EXPECT_EQ(client_->refusal().kind, Kind::kNoTls) << answer << client_->refusal().words;
    ::close(ends[1]);
  }
}

}  // namespace
}  // namespace penstock::tls
