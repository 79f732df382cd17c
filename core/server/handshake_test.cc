// Connections whose transport has a handshake, played by hand: what holds for TLS as it will for
// any other.
#include <atomic>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "server/server_testing.h"
#include "support/knocking_transport.h"

namespace penstock::server {
namespace {

using testing::kComeIn;
using testing::kKnock;

class HandshakeTest : public HttpServerTest {
 protected:
  HandshakeTest() { listener_.tls = std::make_shared<testing::KnockingTransports>(); }

  void greet(LoopbackClient& client) {
    client.send(kKnock);
    ASSERT_EQ(client.take(kComeIn.size()), kComeIn);
  }
};

TEST_F(HandshakeTest, IsFollowedByRequestsAsAnyOther) {
  start();
  LoopbackClient client(port_);
  greet(client);
  EXPECT_EQ(client.ask("GET /scheme HTTP/1.1\r\nHost: h\r\n\r\n").body, "https");
  EXPECT_EQ(client.ask("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi").body, "/p|hi");
}

TEST_F(HandshakeTest, MayHaveItsFirstRequestRightBehindIt) {
  start();
  LoopbackClient client(port_);
  client.send(std::string(kKnock) + "GET /at-once HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_EQ(client.take(kComeIn.size()), kComeIn);
  EXPECT_EQ(client.receive().body, "/at-once|");
}

// There is nothing that an answer could be written to.
TEST_F(HandshakeTest, IsClosedWithoutAWordWhereItNeverEndsAndCounted) {
  limits_.idle_timeout_ms = 10'000;
  start();
  LoopbackClient silent(port_);
  LoopbackClient slow(port_);
  slow.send(kKnock.substr(0, 1));
  ASSERT_TRUE(wait_for_connections(2));
  pass_ms(20);
  slow.send(kKnock.substr(1, 1));  // Buys no time.
  pass_ms(21);

  EXPECT_TRUE(silent.is_ended());
  EXPECT_TRUE(slow.is_ended());
  EXPECT_TRUE(wait_for_connections(0));
  EXPECT_EQ(counters_.timeouts.value(), 2u);
  EXPECT_EQ(counters_.by_status[408].value(), 0u);
}

TEST_F(HandshakeTest, LeavesTheRequestATimeOfItsOwnWhereItEndsLate) {
  start();
  LoopbackClient client(port_);
  client.send(kKnock.substr(0, 2));
  pass_ms(35);
  client.send(kKnock.substr(2));
  ASSERT_EQ(client.take(kComeIn.size()), kComeIn);
  pass_ms(35);
  client.send("GET /late HTTP/1.1\r\n");
  pass_ms(35);

  EXPECT_EQ(client.ask("Host: h\r\n\r\n").body, "/late|");
  EXPECT_EQ(counters_.timeouts.value(), 0u);
}

TEST_F(HandshakeTest, IsNotLateWhileTheServerDoesNotRead) {
  start();
  LoopbackClient client(port_);
  ASSERT_TRUE(wait_for_connections(1));
  thread_.run([&] { server_->pause_reading(); });
  client.send(kKnock);
  pass_ms(10'000);
  for (int i = 0; i < 5; ++i) thread_.run([] {});
  EXPECT_EQ(client.peek(), "");
  thread_.run([&] { server_->resume_reading(); });
  ASSERT_EQ(client.take(kComeIn.size()), kComeIn);
  EXPECT_EQ(client.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").body, "/x|");
}

TEST_F(HandshakeTest, EndsItsConnectionWhereItBreaks) {
  start();
  LoopbackClient plain(port_);
  plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(plain.is_ended());
  EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(HandshakeTest, IsNotWaitedForByADrainingServerForLong) {
  limits_.header_timeout_ms = 10'000;
  start();
  std::atomic<bool> is_drained{false};
  LoopbackClient slow(port_);
  LoopbackClient late(port_);
  slow.send(kKnock.substr(0, 2));
  ASSERT_TRUE(wait_for_connections(2));
  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  pass_ms(1'900);
  greet(late);
  const Answer answer = late.ask("GET /last HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answer.body, "/last|");
  EXPECT_EQ(answer.header("Connection"), "close");
  late.close();
  pass_ms(101);
  EXPECT_TRUE(slow.is_ended());
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

TEST_F(HandshakeTest, IsNotBegunOverTheLimitOfConnections) {
  limits_.connections_max = 1;
  start();
  LoopbackClient first(port_);
  greet(first);
  LoopbackClient second(port_);
  EXPECT_TRUE(second.is_ended());
  EXPECT_EQ(counters_.connections_refused.value(), 1u);
  EXPECT_EQ(first.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").body, "/x|");
}

TEST_F(HandshakeTest, IsForThoseListenersAloneThatHaveOneAlsoAfterAReload) {
  start();
  thread_.run([&] {
    ASSERT_TRUE(server_->listen("127.0.0.1:0"));
    server_->set_listener_options(listener_);
    EXPECT_EQ(server_->addresses(true).size(), 1u);
    ASSERT_EQ(server_->addresses().size(), 1u);
    server_->set_listener_options({});
  });
  std::string plain;
  thread_.run([&] { plain = server_->addresses().front(); });
  LoopbackClient in_the_clear(
      static_cast<std::uint16_t>(std::stoi(plain.substr(plain.rfind(':') + 1))));
  EXPECT_EQ(in_the_clear.ask("GET /scheme HTTP/1.1\r\nHost: h\r\n\r\n").body, "http");
  LoopbackClient client(port_);
  greet(client);
  EXPECT_EQ(client.ask("GET /scheme HTTP/1.1\r\nHost: h\r\n\r\n").body, "https");
}

// The proxy writes its header before the client's handshake, which it passes on unread.
TEST_F(HandshakeTest, ComesBehindAProxysHeader) {
  limits_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  listener_.proxy_protocol = true;
  start();
  const std::string header = "PROXY TCP4 203.0.113.9 127.0.0.1 5000 443\r\n";
  LoopbackClient in_one_piece(port_);
  in_one_piece.send(header + std::string(kKnock));
  ASSERT_EQ(in_one_piece.take(kComeIn.size()), kComeIn);
  EXPECT_EQ(in_one_piece.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "203.0.113.9");

  LoopbackClient in_two(port_);
  in_two.send(header);
  thread_.run([] {});
  greet(in_two);
  EXPECT_EQ(in_two.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "203.0.113.9");

  LoopbackClient without(port_);
  without.send(kKnock);
  EXPECT_TRUE(without.is_ended());
  LoopbackClient slow(port_);
  slow.send("PROXY TCP4 ");
  ASSERT_TRUE(wait_for_connections(3));
  pass_ms(41);
  EXPECT_TRUE(slow.is_ended());
}

}  // namespace
}  // namespace penstock::server
