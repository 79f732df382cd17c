#include "server/http_server.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/log.h"
#include "server/server_testing.h"
#include "support/temp_dir.h"

namespace penstock::server {
namespace {

TEST_F(HttpServerTest, TurnsAwayConnectionsOverItsLimit) {
  limits_.connections_max = 2;
  start();
  LoopbackClient first(port_);
  LoopbackClient second(port_);
  ASSERT_TRUE(wait_for_connections(2));
  LoopbackClient third(port_);

  const Answer answer = third.receive();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_EQ(counters_.connections_refused.value(), 1u);
  third.close();
  ASSERT_TRUE(wait_for_connections(2));
  EXPECT_EQ(first.ask("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n").body, "/ok|");

  second.close();
  ASSERT_TRUE(wait_for_connections(1));
  LoopbackClient fourth(port_);
  EXPECT_EQ(fourth.ask("GET /in HTTP/1.1\r\nHost: h\r\n\r\n").body, "/in|");
}

TEST_F(HttpServerTest, ServesOpenConnectionsWhileDescriptorsAreShort) {
  start();
  LoopbackClient open(port_);
  ASSERT_EQ(open.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  LoopbackClient waiting(port_);  // Its descriptor is ours too, so it is made before the limit...
  ASSERT_TRUE(wait_for_connections(2));
  // UBSan looks at the log's objects with a pipe of its own, for which there would be none.
  set_log_level(LogLevel::kError);
  const int spare = ::dup(0);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free);
  ::setrlimit(RLIMIT_NOFILE, &tight);
  ::close(spare);

  LoopbackClient late(port_);  // ...takes the last descriptor, and leaves none to accept it.
  ASSERT_TRUE(late.is_connected());
  ASSERT_TRUE(wait_for([&] { return counters_.connections_refused.value() > 0; }));
  EXPECT_EQ(open.ask("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n").body, "/ok|");

  ::setrlimit(RLIMIT_NOFILE, &before);
  set_log_level(LogLevel::kInfo);
  EXPECT_EQ(late.ask("GET /in HTTP/1.1\r\nHost: h\r\n\r\n").body, "/in|");
}

TEST_F(HttpServerTest, ReadsNothingWhilePaused) {
  start();
  LoopbackClient asked(port_);
  asked.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /held HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  LoopbackClient other(port_);
  ASSERT_TRUE(wait_for_connections(2));

  thread_.run([&] { server_->pause_reading(); });
  other.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
  answer_later(0, "owed");
  EXPECT_EQ(asked.receive().body, "owed");
  pass_ms(10'000);  // Not the clients' fault.
  for (int i = 0; i < 5; ++i) thread_.run([] {});
  EXPECT_EQ(other.peek(), "");
  EXPECT_EQ(asked.peek(), "");

  thread_.run([&] { server_->resume_reading(); });
  EXPECT_EQ(asked.receive().body, "/held|");
  EXPECT_EQ(other.receive().body, "/now|");
}

TEST_F(HttpServerTest, DrainsAtOnceWhereNothingIsOpen) {
  start();
  bool is_drained = false;
  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  EXPECT_TRUE(is_drained);
  EXPECT_FALSE(LoopbackClient(port_).is_connected());
}

TEST_F(HttpServerTest, DrainsAfterTheAnswersThatItOwes) {
  start();
  std::atomic<bool> is_drained{false};
  LoopbackClient owed(port_);
  owed.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  LoopbackClient halfway(port_);
  halfway.send("POST /half HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1");
  LoopbackClient idle(port_);
  ASSERT_TRUE(wait_for_connections(3));

  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  // A request that was under way when the drain began is still served.
  EXPECT_EQ(idle.ask("GET /late HTTP/1.1\r\nHost: h\r\n\r\n").header("Connection"), "close");
  halfway.send("2");
  EXPECT_EQ(halfway.receive().body, "/half|12");
  EXPECT_FALSE(is_drained);
  answer_later(0, "last");
  const Answer last = owed.receive();
  EXPECT_EQ(last.body, "last");
  EXPECT_EQ(last.header("Connection"), "close");

  owed.close();
  halfway.close();
  idle.close();
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

TEST_F(HttpServerTest, ClosesIdleConnectionsOfADrainingServerSoon) {
  start();
  std::atomic<bool> is_drained{false};
  LoopbackClient idle(port_);
  ASSERT_TRUE(wait_for_connections(1));
  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  pass_ms(41);
  EXPECT_TRUE(idle.is_ended());
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

// Who has just connected is about to send: twenty times the grace of one that has been answered.
TEST_F(HttpServerTest, KeepsANewConnectionOfADrainingServerLonger) {
  limits_.header_timeout_ms = 10'000;
  limits_.idle_timeout_ms = 10'000;
  start();
  std::atomic<bool> is_drained{false};
  LoopbackClient fresh(port_);
  LoopbackClient idle(port_);
  EXPECT_EQ(idle.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  ASSERT_TRUE(wait_for_connections(2));
  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  pass_ms(1'900);
  EXPECT_TRUE(idle.is_ended());
  const Answer answer = fresh.ask("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answer.body, "/first|");
  EXPECT_EQ(answer.header("Connection"), "close");
  fresh.close();
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

TEST_F(HttpServerTest, DoesNotWaitForANewConnectionForEver) {
  limits_.idle_timeout_ms = 10'000;
  start();
  std::atomic<bool> is_drained{false};
  LoopbackClient silent(port_);
  ASSERT_TRUE(wait_for_connections(1));
  thread_.run([&] { server_->drain([&] { is_drained = true; }); });
  pass_ms(2'001);
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

// While the loop is held up a client connects; the next process serves it, and not this one.
TEST_F(HttpServerTest, LeavesTheQueueToTheNextProcessWhereThereIsOne) {
  start();
  auto socket = io::ListenSocket::open(*io::parse_socket_address("127.0.0.1:0"));
  ASSERT_TRUE(socket);
  const std::uint16_t port = socket->address().port();
  auto next = socket->duplicate();
  ASSERT_TRUE(next);
  std::unique_ptr<LoopbackClient> client;
  thread_.run([&] {
    server_->listen(std::move(*socket));
    EXPECT_EQ(server_->addresses().size(), 2u);
    server_->set_keeper(io::Keeper::kSomeone);
    client = std::make_unique<LoopbackClient>(port);
    server_->drain([] {});
  });
  client->send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
  HttpServer successor(thread_.loop(), clock_, handler_, counters_);
  thread_.run([&] { successor.listen(std::move(*next)); });
  EXPECT_EQ(client->receive().header("Connection"), "keep-alive");
  thread_.stop();
}

TEST_F(HttpServerTest, ServesAnUnwantedSocketForAMoment) {
  start();
  auto socket = io::ListenSocket::open(*io::parse_socket_address("127.0.0.1:0"));
  ASSERT_TRUE(socket);
  const std::uint16_t port = socket->address().port();
  thread_.run([&] { server_->listen_briefly(std::move(*socket), {}, 50); });
  LoopbackClient client(port);
  EXPECT_EQ(client.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  thread_.run([&] { EXPECT_EQ(server_->addresses().size(), 1u); });
  EXPECT_TRUE(wait_for([&] { return !LoopbackClient(port).is_connected(); }));
  EXPECT_EQ(client.ask("GET /y HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
}

TEST_F(HttpServerTest, ListensAtAUnixSocket) {
  const testing::TempDir dir;
  start();
  thread_.run([&] { ASSERT_TRUE(server_->listen("unix:" + dir.path("s"))); });
  LoopbackClient client(dir.path("s"));
  EXPECT_EQ(client.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "127.0.0.1");
}

TEST_F(HttpServerTest, SaysWhatAnAddressLacks) {
  start();
  thread_.run([&] {
    EXPECT_EQ(server_->listen("localhost:1").error().code, ErrorCode::kConfiguration);
    EXPECT_EQ(server_->listen("192.0.2.1:80").error().code, ErrorCode::kExhausted);
    EXPECT_EQ(server_->addresses(), std::vector<std::string>{"127.0.0.1:" + std::to_string(port_)});
  });
}

TEST_F(HttpServerTest, MayGoWithConnectionsOpen) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  thread_.run([&] { server_.reset(); });
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.connections.value(), 0u);
}

}  // namespace
}  // namespace penstock::server
