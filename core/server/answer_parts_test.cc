// Answers by parts: framing, clients that take their time, that go, and what is cut off.
#include "server/answer_parts.h"

#include <string>

#include <gtest/gtest.h>

#include "server/server_testing.h"

namespace penstock::server {
namespace {

TEST(AnswerParts, AreSaidAsTheClientsVersionHasThem) {
  std::string chunks;
  const AnswerParts chunked(200, true);
  chunked.append(chunks, "first ");
  chunked.append(chunks, std::string(20, 'x'));
  chunked.append_end(chunks);
  EXPECT_EQ(chunks, "6\r\nfirst \r\n14\r\n" + std::string(20, 'x') + "\r\n0\r\n\r\n");
  std::string plain;
  const AnswerParts older(206, false);
  older.append(plain, "first ");
  older.append(plain, "last");
  older.append_end(plain);
  EXPECT_EQ(plain, "first last");
  EXPECT_EQ(older.status(), 206);
}

// Whoever is told may send the next part from within, and wait again.
TEST(AnswerParts, TellOnceThatAPartHasLeft) {
  AnswerParts parts(200, true);
  int told = 0;
  parts.tell_sent();
  parts.wait([&] {
    ++told;
    parts.wait([&] { ++told; });
  });
  parts.tell_sent();
  EXPECT_EQ(told, 1);
  parts.tell_sent();
  parts.tell_sent();
  EXPECT_EQ(told, 2);
}

using Sent = Responder::Sent;

class AnswerPartsTest : public HttpServerTest {
 protected:
  // The request's, once the handler has it.
  Responder ask(LoopbackClient& client, const std::string& version = "1.1") {
    client.send("GET /later HTTP/" + version + "\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(wait_for_later(1));
    Responder responder;
    thread_.run([&] { responder = handler_.later[0]; });
    return responder;
  }
  bool begin(const Responder& responder) {
    bool has_begun = false;
    http::Response head;
    head.content_type = "text/plain";
    thread_.run([&] { has_begun = responder.begin_parts(head); });
    return has_begun;
  }
  Sent send(const Responder& responder, const std::string& part) {
    Sent outcome = Sent::kGone;
    thread_.run([&] { outcome = responder.send_part(part, [this] { ++sent_; }); });
    return outcome;
  }
  void end(const Responder& responder, bool is_whole) {
    thread_.run([&] { responder.end_parts(is_whole); });
  }

  std::atomic<int> sent_{0};
};

TEST_F(AnswerPartsTest, AreChunksAndEndTheConnection) {
  start();
  LoopbackClient client(port_);
  const Responder responder = ask(client);
  ASSERT_TRUE(begin(responder));
  EXPECT_EQ(send(responder, "first "), Sent::kNow);
  EXPECT_EQ(send(responder, std::string(20, 'x')), Sent::kNow);
  end(responder, true);
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.header("Content-Length"), "");
  EXPECT_EQ(client.take(1'000), "6\r\nfirst \r\n14\r\n" + std::string(20, 'x') + "\r\n0\r\n\r\n");
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(send(responder, "late"), Sent::kGone);
}

TEST_F(AnswerPartsTest, OlderClientsReadUntilTheEnd) {
  start();
  LoopbackClient client(port_);
  const Responder responder = ask(client, "1.0");
  ASSERT_TRUE(begin(responder));
  send(responder, "all");
  end(responder, true);
  EXPECT_EQ(client.receive().header("Transfer-Encoding"), "");
  EXPECT_EQ(client.take(1'000), "all");
}

TEST_F(AnswerPartsTest, WaitForAClientThatIsSlow) {
  start();
  LoopbackClient client(port_);
  const Responder responder = ask(client);
  ASSERT_TRUE(begin(responder));
  const std::string part(64u << 20, 'x');
  EXPECT_EQ(send(responder, part), Sent::kLater);
  EXPECT_EQ(sent_, 0);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.take(part.size() + 11).size(), part.size() + 11);  // "4000000\r\n", "\r\n".
  EXPECT_TRUE(wait_for([this] { return sent_ == 1; }));
  end(responder, true);
  EXPECT_EQ(client.take(100), "0\r\n\r\n");
}

TEST_F(AnswerPartsTest, AClientThatTakesNothingIsLeft) {
  start();
  LoopbackClient client(port_);
  const Responder responder = ask(client);
  ASSERT_TRUE(begin(responder));
  EXPECT_EQ(send(responder, std::string(64u << 20, 'x')), Sent::kLater);
  pass_ms(limits_.write_timeout_ms + 1);
  EXPECT_TRUE(wait_for_connections(0));
  EXPECT_EQ(send(responder, "more"), Sent::kGone);
  EXPECT_EQ(sent_, 0);
}

// The last chunk is what a client knows the whole by.
TEST_F(AnswerPartsTest, WhatIsCutOffHasNoEnd) {
  start();
  LoopbackClient client(port_);
  const Responder responder = ask(client);
  ASSERT_TRUE(begin(responder));
  EXPECT_EQ(send(responder, "half"), Sent::kNow);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.take(9), "4\r\nhalf\r\n");
  end(responder, false);
  EXPECT_EQ(client.take(100), "");
  EXPECT_TRUE(wait_for_connections(0));
}

}  // namespace
}  // namespace penstock::server
