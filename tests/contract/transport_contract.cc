// The contract of io/transport.h, over every transport and every kind of socket under it. A new
// transport is a row of kHandshakeWays, with a client that speaks it.
#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/descriptor.h"
#include "io/listener_options.h"
#include "io/loop.h"
#include "io/timer.h"
#include "support/knocking_transport.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"
#include "support/tls_peer.h"
#include "tls/server_context.h"

namespace penstock::io {
namespace {

using testing::kComeIn;
using testing::kKnock;

// The other end, without a loop: what its user sends and receives is what the transport's owner
// does.
class Client {
 public:
  explicit Client(int fd) : fd_(fd) {}
  virtual ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Goes on with the handshake; to be called until it is done.
  virtual void shake_hands() {}
  // Instead of beginning to shake hands: what would be sent first.
  virtual std::string first_words() { return ""; }
  virtual std::string receive() { return receive_raw(); }
  virtual bool send(std::string_view bytes) { return send_raw(bytes); }
  virtual void end() { end_raw(); }

  bool send_raw(std::string_view bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  void end_raw() { ::shutdown(fd_, SHUT_WR); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  bool has_ended() const { return has_ended_; }
  int error() const { return error_; }

 protected:
  std::string receive_raw() {
    std::string out;
    char buffer[65'536];
    ssize_t count;
    while ((count = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT)) > 0) {
      out.append(buffer, static_cast<std::size_t>(count));
    }
    has_ended_ = has_ended_ || count == 0;
    if (count < 0 && errno != EAGAIN) error_ = errno;
    return out;
  }

 private:
  int fd_;
  bool has_ended_ = false;
  int error_ = 0;
};

class KnockingClient final : public Client {
 public:
  using Client::Client;
  void shake_hands() override {
    if (!std::exchange(has_knocked_, true)) send_raw(kKnock);
  }
  std::string first_words() override {
    has_knocked_ = true;
    return std::string(kKnock);
  }
  std::string receive() override {
    std::string bytes = receive_raw();
    const std::size_t of_greeting = std::min(bytes.size(), kComeIn.size() - greeted_);
    greeted_ += of_greeting;
    return bytes.substr(of_greeting);
  }

 private:
  bool has_knocked_ = false;
  std::size_t greeted_ = 0;  // Bytes of the answer to the knock.
};

class TlsClient final : public Client {
 public:
  TlsClient(int fd, int version) : Client(fd) {
    SSL_set_min_proto_version(peer_.ssl(), version);
    SSL_set_max_proto_version(peer_.ssl(), version);
  }
  void shake_hands() override {
    peer_.take(receive_raw());
    flush();
  }
  std::string first_words() override { return peer_.give(); }
  std::string receive() override {
    peer_.take(receive_raw());
    std::string text = peer_.read();
    flush();
    return text;
  }
  bool send(std::string_view bytes) override {
    for (int tries = 0; !peer_.is_ready() && tries < 10; ++tries) shake_hands();
    peer_.write(bytes);
    return flush();
  }
  void end() override {
    peer_.end();
    flush();
    end_raw();
  }

 private:
  bool flush() {
    const std::string bytes = peer_.give();
    return bytes.empty() || send_raw(bytes);
  }

  testing::TlsPeer peer_;
};

enum class Kind { kPlain, kKnocking, kTls12, kTls13 };

struct Way {
  const char* name;
  bool is_tcp;
  Kind kind = Kind::kPlain;

  bool has_handshake() const { return kind != Kind::kPlain; }
};

constexpr Way kPlainWays[] = {{"PlainUnix", false}, {"PlainTcp", true}};
constexpr Way kHandshakeWays[] = {
    {"KnockingUnix", false, Kind::kKnocking}, {"KnockingTcp", true, Kind::kKnocking},
    {"Tls12Unix", false, Kind::kTls12},       {"Tls12Tcp", true, Kind::kTls12},
    {"Tls13Unix", false, Kind::kTls13},       {"Tls13Tcp", true, Kind::kTls13}};

std::shared_ptr<const TransportFactory> tls_transports() {
  static const SystemClock clock;
  const testing::TempDir dir;
  const testing::TestCertificate certificate({.names = {"server.test"}});
  testing::write_text(dir.path("cert.pem"), certificate.pem());
  testing::write_text(dir.path("key.pem"), certificate.key_pem());
  tls::FileFault fault;
  auto made = tls::ServerContext::make({{dir.path("cert.pem")}, {dir.path("key.pem")}, ""},
                                       std::make_shared<tls::TicketKeys>(clock),
                                       std::make_shared<tls::HandshakeCounters>(), fault);
  EXPECT_NE(made, nullptr) << fault.what;
  return made;
}

void make_pair(bool is_tcp, int ends[2]) {
  if (!is_tcp) {
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    return;
  }
  const files::Descriptor listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listening.get(), generic, bytes), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  ASSERT_EQ(::getsockname(listening.get(), generic, &bytes), 0);
  ends[1] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(ends[1], generic, sizeof address), 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  ends[0] = ::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  ASSERT_GE(ends[0], 0);
}

class TransportContract : public ::testing::TestWithParam<Way>, public TransportEvents {
 protected:
  void SetUp() override {
    int ends[2];
    make_pair(GetParam().is_tcp, ends);
    switch (GetParam().kind) {
      case Kind::kPlain:
        client_ = std::make_unique<Client>(ends[1]);
        break;
      case Kind::kKnocking:
        client_ = std::make_unique<KnockingClient>(ends[1]);
        options_.tls = std::make_shared<testing::KnockingTransports>();
        break;
      case Kind::kTls12:
      case Kind::kTls13:
        client_ = std::make_unique<TlsClient>(
            ends[1], GetParam().kind == Kind::kTls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
        options_.tls = tls_transports();
        break;
    }
    transport_ = std::make_unique<TransportPlace>();
    make_transport(options_, *transport_, loop_, *this);
    ASSERT_TRUE((*transport_)->open(ends[0], !GetParam().is_tcp));
  }

  // As an owner does where no PROXY header is due.
  void begin() {
    ASSERT_EQ((*transport_)->begin_handshake({}), GetParam().has_handshake());
    if (GetParam().has_handshake()) shake_hands();
  }
  void shake_hands() {
    run_until([&] {
      client_->shake_hands();
      return is_ready_;
    });
    client_->shake_hands();
  }

  bool wants_bytes() override {
    ++asked_;
    return wants_;
  }
  void on_ready() override {
    EXPECT_FALSE(is_ready_);
    is_ready_ = true;
  }
  void on_bytes(std::string_view bytes) override {
    EXPECT_TRUE(wants_);
    seen_ += bytes;
    if (drops_at_bytes_) transport_.reset();
  }
  void on_end(int error) override {
    EXPECT_FALSE(has_ended_);
    has_ended_ = true;
    end_error_ = error;
    if (drops_at_end_) transport_.reset();
  }
  void on_written() override {
    EXPECT_EQ((*transport_)->unsent_bytes(), 0u);
    ++written_;
    if (drops_at_written_) transport_.reset();
  }

  template <class Condition>
  void run_until(Condition condition) {
    Timer deadline(loop_, [&] { loop_.stop(); });
    deadline.start_once(10'000);
    Timer again(loop_, [] {});  // So that conditions about the client are looked at too.
    again.start_every(1);
    loop_.set_end_of_turn([&] {
      if (condition()) loop_.stop();
    });
    loop_.run();
    loop_.set_end_of_turn(nullptr);
    ASSERT_TRUE(condition());
  }
  void run_a_few_turns() {
    int turns = 0;
    run_until([&] { return ++turns >= 10; });
  }

  Loop loop_;
  ListenerOptions options_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<TransportPlace> transport_;
  bool wants_ = true;
  bool drops_at_bytes_ = false;
  bool drops_at_end_ = false;
  bool drops_at_written_ = false;
  int asked_ = 0;
  bool is_ready_ = false;
  std::string seen_;
  bool has_ended_ = false;
  int end_error_ = 1;
  int written_ = 0;
};

// What only those hold that have a handshake.
class HandshakeContract : public TransportContract {};

TEST_P(TransportContract, PassesBytesBothWaysAndThePeersEnd) {
  begin();
  client_->send("question");
  run_until([&] { return seen_ == "question"; });
  ASSERT_TRUE((*transport_)->write("answer"));
  std::string got;
  run_until([&] { return (got += client_->receive()) == "answer"; });
  client_->end();
  run_until([&] { return has_ended_; });
  EXPECT_EQ(end_error_, 0);
  EXPECT_EQ(written_, 0);  // Nothing had to be kept.
}

// A PROXY header comes before a handshake, perhaps in one piece with its beginning.
TEST_P(TransportContract, PassesWhatComesBeforeItsHandshakeAsItIs) {
  client_->send_raw("in the clear ");
  run_until([&] { return seen_ == "in the clear "; });
  const std::string first = client_->first_words();
  ASSERT_EQ((*transport_)->begin_handshake(first.substr(0, 2)), GetParam().has_handshake());
  EXPECT_FALSE(is_ready_);
  if (GetParam().has_handshake()) {
    client_->send_raw(first.substr(2));
    shake_hands();
  }
  client_->send("behind it");
  run_until([&] { return seen_ == "in the clear behind it"; });
}

TEST_P(HandshakeContract, BeginsWithEarlyBytesButNotWithinTheCall) {
  ASSERT_TRUE((*transport_)->begin_handshake(client_->first_words()));
  EXPECT_FALSE(is_ready_);
  run_a_few_turns();  // Without another byte from the client.
  shake_hands();
  EXPECT_EQ(seen_, "");
}

TEST_P(HandshakeContract, TellsThatAHandshakeBroke) {
  ASSERT_TRUE((*transport_)->begin_handshake({}));
  client_->send_raw("GET / HTTP/1.1\r\n");
  run_until([&] { return has_ended_; });
  EXPECT_LT(end_error_, 0);
  EXPECT_FALSE(is_ready_);
  EXPECT_EQ(seen_, "");
}

TEST_P(HandshakeContract, AnEndWithinAHandshakeIsNoCleanEnd) {
  ASSERT_TRUE((*transport_)->begin_handshake({}));
  client_->send_raw(client_->first_words().substr(0, 2));
  client_->end_raw();
  run_until([&] { return has_ended_; });
  EXPECT_LT(end_error_, 0);
}

TEST_P(TransportContract, KeepsWhatTheKernelDoesNotTakeAndTheOrder) {
  begin();
  const std::string much(8u << 20, 'x');
  ASSERT_TRUE((*transport_)->write(much));
  ASSERT_TRUE((*transport_)->write("end"));
  EXPECT_GT((*transport_)->unsent_bytes(), 0u);

  std::string got;
  run_until([&] {
    got += client_->receive();
    return written_ == 1 && got.size() == much.size() + 3;
  });
  EXPECT_EQ(got, much + "end");
}

// Bytes stay in the kernel, so that TCP slows the peer, and the loop does not spin over them.
TEST_P(TransportContract, SleepsWhileNobodyWantsBytes) {
  begin();
  EXPECT_FALSE((*transport_)->has_input());
  wants_ = false;
  asked_ = 0;
  client_->send("later");
  run_until([&] { return asked_ > 0; });
  run_a_few_turns();
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(seen_, "");
  EXPECT_TRUE((*transport_)->has_input());

  wants_ = true;
  (*transport_)->resume();
  run_until([&] { return seen_ == "later"; });
  EXPECT_FALSE((*transport_)->has_input());
  (*transport_)->resume();  // Free where it was not asked meanwhile.
  client_->send("!");
  run_until([&] { return seen_ == "later!"; });
}

TEST_P(HandshakeContract, SleepsWithinAHandshakeTooWhileNobodyWantsBytes) {
  ASSERT_TRUE((*transport_)->begin_handshake({}));
  wants_ = false;
  client_->shake_hands();
  run_until([&] { return asked_ > 0; });
  run_a_few_turns();
  EXPECT_FALSE(is_ready_);
  wants_ = true;
  (*transport_)->resume();
  shake_hands();
}

TEST_P(TransportContract, EndsItsSideAndGoesOnReading) {
  begin();
  ASSERT_TRUE((*transport_)->write("last"));
  (*transport_)->end_writing();
  std::string got;
  run_until([&] {
    got += client_->receive();
    return client_->has_ended();
  });
  EXPECT_EQ(got, "last");
  ASSERT_TRUE(client_->send("more"));
  run_until([&] { return seen_ == "more"; });
}

TEST_P(TransportContract, TellsOrRefusesWhereThePeerHasGone) {
  begin();
  client_->close();
  run_until([&] { return has_ended_ || !(*transport_)->write("x"); });
}

TEST_P(TransportContract, ResetsAtOnce) {
  begin();
  client_->send("unread");
  wants_ = false;
  ASSERT_TRUE((*transport_)->write(std::string(8u << 20, 'x')));
  (*transport_)->reset();
  run_until([&] {
    static_cast<void>(client_->receive());
    return client_->has_ended() || client_->error() != 0;
  });
  if (GetParam().is_tcp) {
    EXPECT_EQ(client_->error(), ECONNRESET);
  }
  EXPECT_FALSE(has_ended_);
  EXPECT_EQ(written_, 0);
}

TEST_P(TransportContract, MayBeDroppedWithBytesUnsent) {
  begin();
  ASSERT_TRUE((*transport_)->write(std::string(8u << 20, 'x')));
  ASSERT_GT((*transport_)->unsent_bytes(), 0u);
  transport_.reset();
  run_a_few_turns();
  EXPECT_EQ(written_, 0);
  EXPECT_FALSE(has_ended_);
}

TEST_P(TransportContract, MayBeDroppedWhereItHandsOverBytes) {
  begin();
  drops_at_bytes_ = true;
  client_->send("last words");
  client_->end();
  run_until([&] { return transport_ == nullptr; });
  run_a_few_turns();
  EXPECT_EQ(seen_, "last words");
  EXPECT_FALSE(has_ended_);
}

TEST_P(TransportContract, MayBeDroppedWhereItTellsThePeersEnd) {
  begin();
  drops_at_end_ = true;
  client_->end();
  run_until([&] { return transport_ == nullptr; });
}

TEST_P(TransportContract, MayBeDroppedWhereItTellsThatAllIsWritten) {
  begin();
  drops_at_written_ = true;
  ASSERT_TRUE((*transport_)->write(std::string(8u << 20, 'x')));
  run_until([&] {
    static_cast<void>(client_->receive());
    return transport_ == nullptr;
  });
  run_a_few_turns();
  EXPECT_EQ(written_, 1);
}

// The first request may come with the end of the handshake, and more of them than one read holds.
TEST_P(TransportContract, HandsOverAllThatComesAtOnceInOrder) {
  begin();
  std::string much;
  for (int i = 0; i < 40'000; ++i) much += std::to_string(i);
  std::size_t sent = 0;
  run_until([&] {
    if (sent < much.size()) {
      const std::size_t count = std::min<std::size_t>(much.size() - sent, 30'000);
      if (client_->send(std::string_view(much).substr(sent, count))) sent += count;
    }
    return seen_.size() >= much.size();
  });
  EXPECT_EQ(seen_, much);
}

TEST_P(HandshakeContract, MayBeDroppedWithinItsHandshake) {
  ASSERT_TRUE((*transport_)->begin_handshake(client_->first_words()));
  transport_.reset();
  run_a_few_turns();
  EXPECT_FALSE(is_ready_);
}

std::string name_of(const ::testing::TestParamInfo<Way>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(Plain, TransportContract, ::testing::ValuesIn(kPlainWays), name_of);
INSTANTIATE_TEST_SUITE_P(Handshake, TransportContract, ::testing::ValuesIn(kHandshakeWays),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Handshake, HandshakeContract, ::testing::ValuesIn(kHandshakeWays),
                         name_of);

}  // namespace
}  // namespace penstock::io
