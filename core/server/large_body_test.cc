#include <string>

#include <gtest/gtest.h>

#include "server/server_testing.h"

namespace penstock::server {
namespace {

constexpr std::size_t kLargeBytes = 4u << 20;

class LargeBodyTest : public HttpServerTest {
 protected:
  LargeBodyTest() {
    limits_.parser.body_bytes_max = 1'000;
    limits_.parser.tells_large_bodies = true;
  }

  static std::string head(const std::string& path, std::size_t bytes,
                          const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
  }
  bool wait_for_parts(int count) {
    return wait_for([&] { return reader().parts >= count; });
  }
  TestReader& reader() { return *handler_.reader; }
  // That nobody but the test holds the reader.
  bool wait_until_left() {
    return wait_for([&] {
      bool is_left = false;
      thread_.run([&] { is_left = handler_.reader.use_count() == 1; });
      return is_left;
    });
  }
};

TEST_F(LargeBodyTest, IsTakenInPartsAndTheConnectionGoesOn) {
  start();
  LoopbackClient client(port_);
  const std::string body(kLargeBytes, 'x');
  client.send(head("/large", body.size()) + body + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body, std::to_string(body.size()));
  EXPECT_GT(reader().parts, 10);
  EXPECT_TRUE(reader().body == body);
  EXPECT_EQ(client.receive().body, "/next|");
  EXPECT_TRUE(wait_until_left());
}

TEST_F(LargeBodyTest, IsRefusedWhereNobodyTakesIt) {
  start();
  LoopbackClient client(port_);
  client.send(head("/other", kLargeBytes, "X-Who: me\r\n"));
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("X-Seen"), "me");
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(LargeBodyTest, WaitsForAClientThatAsksFirst) {
  start();
  LoopbackClient client(port_);
  client.send(head("/large", 2'000, "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.receive().status, 100);
  client.send(std::string(2'000, 'x'));
  EXPECT_EQ(client.receive().body, "2000");
}

TEST_F(LargeBodyTest, IsNotReadWhileItsReaderIsFull) {
  reader().wants_pause = true;
  start();
  LoopbackClient client(port_);
  client.send(head("/large", 2'000) + std::string(1'500, 'x'));
  ASSERT_TRUE(wait_for_parts(1));
  const int before = reader().parts;
  client.send(std::string(500, 'y'));
  pass_ms(400);  // Ten body timeouts: the wait is not the client's.
  pass_ms(1);
  EXPECT_EQ(reader().parts, before);
  EXPECT_EQ(counters_.timeouts.value(), 0u);
  thread_.run([&] {
    reader().wants_pause = false;
    reader().responder.read_on();
  });
  EXPECT_EQ(client.receive().body, "2000");
}

TEST_F(LargeBodyTest, MayBeAnsweredBeforeItsEnd) {
  reader().answers_early = true;
  start();
  LoopbackClient client(port_);
  client.send(head("/large", kLargeBytes) + std::string(1'000, 'x'));
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("Connection"), "close");
  client.send(std::string(100'000, 'x'));  // Thrown away.
  client.end_sending();
  EXPECT_TRUE(wait_for_connections(0));
  EXPECT_EQ(reader().parts, 1);
  EXPECT_FALSE(reader().is_whole);
  EXPECT_TRUE(wait_until_left());
}

TEST_F(LargeBodyTest, MayBeAnsweredWhileItIsNotRead) {
  reader().wants_pause = true;
  start();
  LoopbackClient client(port_);
  client.send(head("/large", kLargeBytes) + std::string(100'000, 'x'));
  ASSERT_TRUE(wait_for_parts(1));
  thread_.run([&] { reader().responder.respond(http::error_response(503, "no", "not now")); });
  EXPECT_EQ(client.receive().status, 503);
  client.end_sending();
  EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(LargeBodyTest, IsLeftWhereTheClientGoes) {
  start();
  LoopbackClient client(port_);
  client.send(head("/large", kLargeBytes) + std::string(10'000, 'x'));
  ASSERT_TRUE(wait_for_parts(1));
  client.close();
  EXPECT_TRUE(wait_for_connections(0));
  EXPECT_TRUE(wait_until_left());
  EXPECT_FALSE(reader().is_whole);
  thread_.run([&] {
    EXPECT_FALSE(reader().responder.respond(http::Response()));
    reader().responder.read_on();
  });
}

TEST_F(LargeBodyTest, HasAsMuchTimeAsAnyOther) {
  start();
  LoopbackClient client(port_);
  client.send(head("/large", kLargeBytes) + std::string(10, 'x'));
  ASSERT_TRUE(wait_for_parts(1));
  pass_ms(100);
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(wait_until_left());
}

TEST_F(LargeBodyTest, IsAnsweredAfterItsEndToo) {
  reader().answers_late = true;
  start();
  LoopbackClient client(port_);
  client.send(head("/large", 2'000) + std::string(2'000, 'x'));
  ASSERT_TRUE(wait_for([&] { return reader().is_whole.load(); }));
  thread_.run([&] { reader().responder.respond(http::error_response(400, "bad", "line 7")); });
  EXPECT_EQ(client.receive().status, 400);
  EXPECT_EQ(client.ask("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n").body, "/ok|");
}

}  // namespace
}  // namespace penstock::server
