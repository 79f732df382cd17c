// A server's transport over a socket pair, and a client whose bytes the test carries.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/loop.h"
#include "io/timer.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"
#include "support/tls_peer.h"
#include "tls/server_context.h"

namespace penstock::tls {

using penstock::testing::CertificateWish;
using penstock::testing::TestCertificate;
using penstock::testing::TlsPeer;
using penstock::testing::write_text;

class TlsTest : public ::testing::Test, public io::TransportEvents {
 protected:
  ~TlsTest() override { close_client(); }

  // Adds a pair to `files_`.
  void add(const TestCertificate& certificate, const std::string& chain = "") {
    const std::string stem = dir_.path(std::to_string(files_.certificates.size()));
    write_text(stem + ".crt", certificate.pem() + chain);
    write_text(stem + ".key", certificate.key_pem());
    files_.certificates.push_back(stem + ".crt");
    files_.keys.push_back(stem + ".key");
  }
  std::shared_ptr<const ServerContext> make_context() {
    if (files_.certificates.empty()) add(TestCertificate({.names = {"default.test"}}));
    FileFault fault;
    auto made = ServerContext::make(files_, tickets_, counters_, fault);
    EXPECT_NE(made, nullptr) << fault.what;
    return made;
  }

  // A connection whose handshake begins, in place of one before it.
  void accept(const std::shared_ptr<const ServerContext>& context, std::string_view early = {}) {
    close_client();
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    is_ready_ = has_ended_ = false;
    seen_.clear();
    pieces_ = 0;
    client_fd_ = ends[1];
    transport_ = context->make(loop_, *this);
    ASSERT_TRUE(transport_->open(ends[0], true));
    ASSERT_TRUE(transport_->begin_handshake(early));
  }
  void close_client() {
    if (client_fd_ >= 0) ::close(std::exchange(client_fd_, -1));
  }
  void send(std::string_view bytes) {
    EXPECT_EQ(::send(client_fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  std::string receive() {
    std::string out;
    char buffer[65'536];
    ssize_t count;
    while ((count = ::recv(client_fd_, buffer, sizeof buffer, 0)) > 0) {
      out.append(buffer, static_cast<std::size_t>(count));
    }
    return out;
  }
  void carry(TlsPeer& peer) {
    peer.take(receive());
    if (const std::string out = peer.give(); !out.empty()) send(out);
  }

  // Until both sides know how it ended.
  bool shake_hands(TlsPeer& peer) {
    run_until([&] {
      if (!has_ended_) carry(peer);
      return has_ended_ || (is_ready_ && peer.is_ready());
    });
    peer.take(receive());
    return is_ready_ && peer.is_ready() && !has_ended_;
  }
  bool connect(const std::shared_ptr<const ServerContext>& context, TlsPeer& peer) {
    accept(context);
    return shake_hands(peer);
  }

  template <class Condition>
  void run_until(Condition condition) {
    io::Timer deadline(loop_, [&] { loop_.stop(); });
    deadline.start_once(10'000);
    io::Timer again(loop_, [] {});
    again.start_every(1);
    loop_.set_end_of_turn([&] {
      if (condition()) loop_.stop();
    });
    loop_.run();
    loop_.set_end_of_turn(nullptr);
    ASSERT_TRUE(condition());
  }
  // What the transport does with bytes that begin a connection.
  Outcome outcome_of(std::string_view bytes) {
    const auto before = values();
    accept(make_context());
    send(bytes);
    run_until([&] { return has_ended_; });
    return changed(before);
  }
  // What the last handshake was counted as.
  using Values = std::array<std::uint64_t, kOutcomes>;
  Values values() const {
    Values all{};
    for (std::size_t i = 0; i < kOutcomes; ++i) all[i] = counters_->value(static_cast<Outcome>(i));
    return all;
  }
  Outcome changed(const Values& before) const {
    const Values after = values();
    std::optional<Outcome> found;
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      if (after[i] == before[i]) continue;
      EXPECT_EQ(after[i], before[i] + 1);
      EXPECT_FALSE(found);
      found = static_cast<Outcome>(i);
    }
    EXPECT_TRUE(found);
    return found.value_or(Outcome::kFull);
  }

  bool wants_bytes() override { return wants_; }
  void on_ready() override { is_ready_ = true; }
  void on_bytes(std::string_view bytes) override {
    seen_ += bytes;
    ++pieces_;
  }
  void on_end(int error) override {
    has_ended_ = true;
    end_error_ = error;
  }
  void on_written() override {}

  const penstock::testing::TempDir dir_;
  ServerFiles files_;
  ManualClock clock_{0};
  std::shared_ptr<TicketKeys> tickets_ = std::make_shared<TicketKeys>(clock_);
  std::shared_ptr<HandshakeCounters> counters_ = std::make_shared<HandshakeCounters>();
  io::Loop loop_;
  std::unique_ptr<io::Transport> transport_;
  int client_fd_ = -1;
  bool wants_ = true;
  bool is_ready_ = false;
  bool has_ended_ = false;
  int end_error_ = 0;
  std::string seen_;
  int pieces_ = 0;
};

}  // namespace penstock::tls
