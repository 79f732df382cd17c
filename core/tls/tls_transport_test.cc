#include "tls/tls_transport.h"

#include <string>

#include <gtest/gtest.h>
#include <uv.h>

#include "tls/tls_testing.h"

namespace penstock::tls {
namespace {

class TlsTransportTest : public TlsTest {};

TEST_F(TlsTransportTest, TakesAHandshakeByteByByte) {
  accept(make_context());
  TlsPeer peer;
  run_until([&] {
    peer.take(receive());
    for (const char c : peer.give()) {
      send({&c, 1});
      loop_.post([this] { loop_.stop(); });
      loop_.run();
    }
    return is_ready_ && peer.is_ready();
  });
  peer.write("hello");
  for (const char c : peer.give()) {
    send({&c, 1});
    loop_.post([this] { loop_.stop(); });
    loop_.run();
  }
  run_until([&] { return seen_ == "hello"; });
  EXPECT_EQ(pieces_, 1);
}

TEST_F(TlsTransportTest, CountsWhatIsNoHandshake) {
  EXPECT_EQ(outcome_of("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), Outcome::kPlainHttp);
  EXPECT_EQ(end_error_, UV_EPROTO);
  EXPECT_EQ(outcome_of("POST /v1/events HTTP/1.1\r\n"), Outcome::kPlainHttp);
  EXPECT_EQ(outcome_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(std::string(64, '\0')), Outcome::kMalformed);
  EXPECT_EQ(outcome_of("SSH-2.0-OpenSSH_9.2\r\n"), Outcome::kMalformed);
  // A record that says 65,535 bytes, one of application data, one of an alert.
  EXPECT_EQ(outcome_of("\x16\x03\x01\xff\xff\x01\x00\x00\x01\x00\x00"), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(std::string("\x17\x03\x03\x00\x05hello-----", 15)), Outcome::kMalformed);
  EXPECT_EQ(outcome_of(std::string("\x15\x03\x01\x00\x02\x02\x28", 7)), Outcome::kMalformed);
  // SSL 2's hello, and one of SSL 3.
  EXPECT_EQ(outcome_of(std::string("\x80\x2b\x01\x00\x02\x00\x12\x00\x00\x00\x10\x01\x00\x80\x03"
                                   "\x00\x80\x07\x00\xc0\x06\x00\x40\x02\x00\x80\x04\x00\x80"
                                   "0123456789abcdef",
                                   45)),
            Outcome::kVersion);
  EXPECT_EQ(outcome_of(std::string("\x16\x03\x00\x00\x2d\x01\x00\x00\x29\x03\x00", 11) +
                       std::string(32, 'r') + std::string("\x00\x00\x02\x00\x2f\x01\x00", 7)),
            Outcome::kVersion);
  // A hello that says it is 16 MB long.
  EXPECT_EQ(outcome_of(std::string("\x16\x03\x01\x00\x09\x01\xff\xff\xff\x03\x03", 11) + "xyz"),
            Outcome::kMalformed);
}

TEST_F(TlsTransportTest, CountsThePeersEndAndItsOwn) {
  accept(make_context());
  send("\x16\x03\x01");
  close_client();
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, UV_EOF);
  EXPECT_EQ(counters_->value(Outcome::kBroken), 1u);
  transport_.reset();
  EXPECT_EQ(counters_->value(Outcome::kGivenUp), 0u);

  accept(make_context());
  transport_.reset();
  accept(make_context());
  transport_->reset();
  transport_.reset();
  EXPECT_EQ(counters_->value(Outcome::kGivenUp), 2u);
}

TEST_F(TlsTransportTest, HandsOverTheRecordsOfOneReadAsOnePiece) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  for (const char* text : {"one ", "two ", "three"}) peer.write(text);
  carry(peer);
  run_until([&] { return seen_ == "one two three"; });
  EXPECT_EQ(pieces_, 1);
}

// Where the owner stops between the handshake and what came right behind it.
TEST_F(TlsTransportTest, KeepsWhatComesBehindTheHandshakeUntilItIsWanted) {
  TlsPeer peer;
  SSL_set_max_proto_version(peer.ssl(), TLS1_2_VERSION);
  struct Stopping final : io::TransportEvents {
    bool wants = true;
    std::string seen;
    bool wants_bytes() override { return wants; }
    void on_ready() override { wants = false; }
    void on_bytes(std::string_view bytes) override { seen += bytes; }
    void on_end(int /*error*/) override {}
    void on_written() override {}
  } owner;
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  client_fd_ = ends[1];
  SSL_set_max_proto_version(peer.ssl(), TLS1_3_VERSION);
  const auto transport = make_context()->make(loop_, owner);
  ASSERT_TRUE(transport->open(ends[0], true));
  ASSERT_TRUE(transport->begin_handshake({}));
  carry(peer);
  run_until([&] {
    peer.take(receive());
    return peer.is_ready();
  });
  peer.write("with the end of the handshake");
  carry(peer);
  run_until([&] { return !owner.wants; });
  EXPECT_EQ(owner.seen, "");
  EXPECT_TRUE(transport->has_input());
  peer.write(", and later");
  carry(peer);
  owner.wants = true;
  transport->resume();
  run_until([&] { return owner.seen == "with the end of the handshake, and later"; });
  EXPECT_FALSE(transport->has_input());
}

TEST_F(TlsTransportTest, SaysGoodbyeWhenItGoes) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  transport_.reset();
  peer.take(receive());
  EXPECT_EQ(peer.read(), "");
  EXPECT_TRUE(peer.has_been_told_the_end());
}

TEST_F(TlsTransportTest, AnEndWithoutAGoodbyeIsACut) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  ::shutdown(client_fd_, SHUT_WR);
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, UV_EOF);
}

TEST_F(TlsTransportTest, AnswersAPeerThatHasSaidGoodbye) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  peer.end();
  carry(peer);
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, 0);
  ASSERT_TRUE(transport_->write("answer"));
  peer.take(receive());
  EXPECT_EQ(peer.read(), "answer");
}

TEST_F(TlsTransportTest, RefusesWhatWasTamperedWith) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  peer.write("hello");
  std::string record = peer.give();
  record.back() = static_cast<char>(record.back() ^ 1);
  send(record);
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, UV_EPROTO);
  EXPECT_EQ(seen_, "");
  EXPECT_FALSE(transport_->write("x"));
  peer.take(receive());
  static_cast<void>(peer.read());
  EXPECT_NE(peer.failure().find("alert bad record mac"), std::string::npos) << peer.failure();
}

TEST_F(TlsTransportTest, DoesNotRenegotiate) {
  TlsPeer peer;
  SSL_set_max_proto_version(peer.ssl(), TLS1_2_VERSION);
  ASSERT_TRUE(connect(make_context(), peer));
  ASSERT_EQ(SSL_renegotiate(peer.ssl()), 1);
  EXPECT_EQ(SSL_do_handshake(peer.ssl()), -1);  // Waits for an answer.
  run_until([&] {
    carry(peer);
    return peer.has_failed();
  });
  EXPECT_EQ(peer.failure(), "no renegotiation");
  EXPECT_EQ(counters_->value(Outcome::kFull), 1u);
}

TEST_F(TlsTransportTest, TakesNewKeysOfItsPeers) {
  TlsPeer peer;
  ASSERT_TRUE(connect(make_context(), peer));
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    peer.write("x");
  }
  carry(peer);
  run_until([&] { return seen_.size() == 40; });
  ASSERT_TRUE(transport_->write("answer"));
  peer.take(receive());
  EXPECT_EQ(peer.read(), "answer");
}

// As a server's: a connection to Redis begins so.
TEST_F(TlsTransportTest, BeginsByItselfWhereItIsTheClients) {
  const auto server = make_context();
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  is_ready_ = false;
  struct Owner final : io::TransportEvents {
    bool is_ready = false;
    std::string seen;
    bool wants_bytes() override { return true; }
    void on_ready() override { is_ready = true; }
    void on_bytes(std::string_view bytes) override { seen += bytes; }
    void on_end(int /*error*/) override {}
    void on_written() override {}
  } client_owner;
  const auto context = TlsPeer::new_context();
  SessionPtr session(SSL_new(context.get()));
  SSL_set_connect_state(session.get());
  TlsTransport client(loop_, client_owner, std::move(session), context, *counters_);
  transport_ = server->make(loop_, *this);
  ASSERT_TRUE(transport_->open(ends[0], true));
  ASSERT_TRUE(transport_->begin_handshake({}));
  ASSERT_TRUE(client.open(ends[1], true));
  ASSERT_TRUE(client.begin_handshake({}));
  run_until([&] { return is_ready_ && client_owner.is_ready; });
  ASSERT_TRUE(client.write("PING"));
  run_until([&] { return seen_ == "PING"; });
  ASSERT_TRUE(transport_->write("PONG"));
  run_until([&] { return client_owner.seen == "PONG"; });
}

}  // namespace
}  // namespace penstock::tls
