// Deadlines of a connection, and what it may hold.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "server/server_testing.h"

namespace penstock::server {
namespace {

class ConnectionLimitsTest : public HttpServerTest {};

TEST_F(ConnectionLimitsTest, Answers408ToSlowHeaders) {
  start();
  LoopbackClient client(port_);
  client.send("GET / HTT");
  pass_ms(41);

  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.timeouts.value(), 1u);
}

TEST_F(ConnectionLimitsTest, Answers408ToASlowBodyHoweverOftenItSendsAByte) {
  start();
  LoopbackClient client(port_);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 5; ++i) {
    client.send("x");
    pass_ms(9);
  }

  EXPECT_EQ(client.receive().status, 408);
}

// A phone at the edge of its network, with a large batch. Eight minutes for 1 MiB are
// more than 2 KiB a second.
TEST_F(ConnectionLimitsTest, TakesASlowBodyAsLongAsItComesOn) {
  limits_.body_timeout_ms = 1'000;
  limits_.header_timeout_ms = 10'000;
  limits_.idle_timeout_ms = 10'000;
  start();
  LoopbackClient client(port_);
  client.send("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_TRUE(wait_for_connections(1));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  for (int i = 0; i < 5; ++i) {
    client.send("801\r\n" + std::string(2'049, 'x') + "\r\n");
    // Is late at the same moment, so that its answer shows that deadlines were looked at.
    LoopbackClient witness(port_);
    witness.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nx");
    pass_ms(1'001);
    ASSERT_EQ(witness.receive().status, 408);
    ASSERT_EQ(client.peek(), "");
  }
  EXPECT_EQ(client.ask("0\r\n\r\n").body.size(), 6u + 5 * 2'049);
  EXPECT_EQ(counters_.timeouts.value(), 5u);
}

// What came with the headers, what frames the bytes and what comes behind them is no progress.
TEST_F(ConnectionLimitsTest, CutsOffABodyThatOnlyTrickles) {
  limits_.body_timeout_ms = 1'000;
  limits_.header_timeout_ms = 10'000;
  limits_.idle_timeout_ms = 10'000;
  start();
  std::string framing;
  for (int i = 0; i < 100; ++i) framing += "001;pad=pad\r\nx\r\n";
  const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  LoopbackClient head_start(port_);
  head_start.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" +
                  std::string(8'000, 'x'));
  LoopbackClient framed(port_);
  framed.send(chunked + framing);
  LoopbackClient trailing(port_);
  trailing.send(chunked);
  LoopbackClient once_quick(port_);
  once_quick.send(chunked);
  ASSERT_TRUE(wait_for_connections(4));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  once_quick.send("bb8\r\n" + std::string(3'000, 'x') + "\r\n");
  trailing.send("bb8\r\n" + std::string(3'000, 'x') + "\r\n0\r\nX: ");
  pass_ms(1'001);
  EXPECT_EQ(head_start.receive().status, 408);
  EXPECT_EQ(framed.receive().status, 408);
  EXPECT_EQ(once_quick.peek(), "");
  EXPECT_EQ(trailing.peek(), "");

  once_quick.send("1\r\nx\r\n");
  trailing.send(std::string(600, 'y'));
  pass_ms(1'001);
  EXPECT_EQ(once_quick.receive().status, 408);
  EXPECT_EQ(trailing.receive().status, 408);
}

// Time that was given to a slow one does not make it young where room is wanted.
TEST_F(ConnectionLimitsTest, GivesUpALongBodyBeforeAYoungOne) {
  limits_.arriving_bytes_max = 150'000;
  limits_.body_timeout_ms = 1'000;
  limits_.header_timeout_ms = 10'000;
  limits_.idle_timeout_ms = 10'000;
  start();
  // Each takes room for its whole body at its first bytes.
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n";
  LoopbackClient slow(port_);
  slow.send(head + "s");
  LoopbackClient witness(port_);
  witness.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nw");
  ASSERT_TRUE(wait_for_connections(2));
  pass_ms(500);
  slow.send(std::string(50'000, 's'));
  LoopbackClient young(port_);
  young.send(head + "y");
  pass_ms(501);
  ASSERT_EQ(witness.receive().status, 408);  // The slow one has been given more time.
  LoopbackClient third(port_);
  third.send(head + std::string(1'000, 't'));

  EXPECT_EQ(slow.receive().status, 503);
  young.send(std::string(59'999, 'y'));
  EXPECT_EQ(young.receive().status, 200);
  third.send(std::string(59'000, 't'));
  EXPECT_EQ(third.receive().status, 200);
}

TEST_F(ConnectionLimitsTest, ClosesAnIdleConnectionWithoutAWord) {
  start();
  LoopbackClient fresh(port_);
  LoopbackClient used(port_);
  EXPECT_EQ(used.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  ASSERT_TRUE(wait_for_connections(2));
  pass_ms(41);

  EXPECT_TRUE(fresh.is_ended());
  EXPECT_TRUE(used.is_ended());
  EXPECT_EQ(counters_.timeouts.value(), 0u);
}

// The handler's own deadlines hold while it owes the answer, however long that takes.
TEST_F(ConnectionLimitsTest, DoesNotTimeOutWhileTheHandlerOwesTheAnswer) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  pass_ms(10'000);
  for (int i = 0; i < 3; ++i) thread_.run([] {});
  answer_later(0, "at last");
  EXPECT_EQ(client.receive().body, "at last");
}

TEST_F(ConnectionLimitsTest, DropsAClientThatDoesNotTakeItsAnswer) {
  start();
  LoopbackClient client(port_);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for([&] { return counters_.by_status[200].value() == 1; }));
  EXPECT_TRUE(wait_for([&] {
    pass_ms(41);
    return counters_.connections.value() == 0;
  }));
  EXPECT_EQ(counters_.timeouts.value(), 1u);
}

TEST_F(ConnectionLimitsTest, SendsABigAnswerToAClientThatTakesItAndGoesOn) {
  start();
  LoopbackClient client(port_);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body.size(), handler_.big_bytes);
  EXPECT_EQ(client.receive().body, "/next|");
  EXPECT_EQ(client.ask("GET /more HTTP/1.1\r\nHost: h\r\n\r\n").body, "/more|");
}

// A few bytes ask for much: what has come of requests must not all be answered into our memory.
TEST_F(ConnectionLimitsTest, AnswersNoFurtherThanAClientReads) {
  handler_.big_bytes = 1 << 20;
  start();
  LoopbackClient client(port_);
  constexpr int kRequests = 64;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += "GET /big HTTP/1.1\r\nHost: h\r\n\r\n";
  client.send(requests);
  ASSERT_TRUE(wait_for([&] { return counters_.by_status[200].value() > 0; }));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  EXPECT_LT(counters_.by_status[200].value(), 16u);  // What the kernel takes, and one.

  for (int i = 0; i < kRequests; ++i) ASSERT_EQ(client.receive().body.size(), 1u << 20);
  EXPECT_EQ(client.ask("GET /raw HTTP/1.1\r\nHost: h\r\n\r\n").body, "raw");
}

// Unfinished requests share a bound; whoever has been sending longest makes room.
TEST_F(ConnectionLimitsTest, GivesUpTheSlowestRequestWhereTooMuchArrives) {
  limits_.arriving_bytes_max = 150'000;
  start();
  const std::string head = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n";
  LoopbackClient slow(port_);
  slow.send(head + std::string(60'000, 's'));
  ASSERT_TRUE(wait_for_connections(1));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  LoopbackClient quick(port_);
  quick.send(head + std::string(60'000, 'q'));

  const Answer refusal = slow.receive();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.header("Retry-After"), "1");
  EXPECT_NE(refusal.body.find("\"error\":\"overloaded\""), std::string::npos);
  EXPECT_TRUE(slow.is_ended());
  quick.send(std::string(30'000, 'q'));
  EXPECT_EQ(quick.receive().body.size(), 90'003u);
  // What was given up is not counted any more, also while the client is still there.
  EXPECT_EQ(quick.ask(head + std::string(90'000, 'q')).status, 200);
  EXPECT_EQ(counters_.by_status[503].value(), 1u);
}

// What waits for the handler's answer is whole: its bytes were lent for the call and are given
// back.
TEST_F(ConnectionLimitsTest, CountsNoWholeRequestAmongThoseThatArrive) {
  limits_.arriving_bytes_max = 150'000;
  start();
  const std::string request =
      "POST /later HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'w');
  std::vector<std::unique_ptr<LoopbackClient>> waiting;
  for (int i = 0; i < 12; ++i) {
    waiting.push_back(std::make_unique<LoopbackClient>(port_));
    waiting.back()->send(request);
    ASSERT_TRUE(wait_for_later(i + 1));
  }
  LoopbackClient late(port_);
  late.send("GET /half HTTP/1.1\r\nHo");
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  EXPECT_EQ(late.peek(), "");

  EXPECT_EQ(late.ask("st: h\r\n\r\n").body, "/half|");
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    answer_later(i, "kept");
    EXPECT_EQ(waiting[i]->receive().body, "kept");
  }
  EXPECT_EQ(counters_.by_status[503].value(), 0u);
}

// Bytes behind a request that waits are arriving. Past the limit they go, and not the request.
TEST_F(ConnectionLimitsTest, GivesUpWhatCameBehindARequestThatWaits) {
  limits_.arriving_bytes_max = 70'000;
  start();
  const std::string requests =
      "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 45000\r\n\r\n" +
      std::string(45'000, 'b');
  LoopbackClient first(port_);
  first.send(requests);
  ASSERT_TRUE(wait_for_later(1));
  LoopbackClient second(port_);
  second.send(requests);
  ASSERT_TRUE(wait_for_later(2));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  EXPECT_EQ(first.peek(), "");

  answer_later(0, "whole");
  const Answer answer = first.receive();
  EXPECT_EQ(answer.body, "whole");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(first.is_ended());
  answer_later(1, "whole");
  EXPECT_EQ(second.receive().body, "whole");
  EXPECT_EQ(second.receive().body.size(), 45'003u);
  EXPECT_EQ(counters_.by_status[503].value(), 0u);
}

TEST_F(ConnectionLimitsTest, LetsTheHandlerAddToItsRefusals) {
  limits_.parser.body_bytes_max = 1000;
  limits_.parser.header_bytes_max = 600;
  limits_.parser.target_bytes_max = 200;
  start();
  const std::string host = "Host: h\r\nX-Who: me\r\n";
  const struct {
    std::string request;
    int status;
    const char* seen;
  } cases[] = {
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n", 413, "me"},
      {"POST / HTTP/1.1\r\n" + host + "X: " + std::string(700, 'x') + "\r\n\r\n", 431, "me"},
      {"GET /" + std::string(200, 't') + " HTTP/1.1\r\n" + host + "\r\n", 414, "me"},
      {"GET /" + std::string(700, 't'), 414, ""},
      {"BREW / HTTP/1.1\r\n" + host + "\r\n", 501, "me"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: x\r\n\r\n", 400, "me"},
      {"nonsense\r\n\r\n", 400, ""},
  };
  for (const auto& c : cases) {
    LoopbackClient client(port_);
    const Answer answer = client.ask(c.request);
    EXPECT_EQ(answer.status, c.status) << c.request;
    EXPECT_EQ(answer.header("X-Seen"), c.seen) << c.request;
  }
  for (const std::string& rest :
       {std::string("Content-Le"), std::string("Content-Length: 9\r\n\r\nx")}) {
    LoopbackClient slow(port_);
    slow.send("POST / HTTP/1.1\r\n" + host + rest);
    pass_ms(41);
    const Answer answer = slow.receive();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.header("X-Seen"), "me");
  }
}

TEST_F(ConnectionLimitsTest, GivesUpOnARefusedClientThatDoesNotClose) {
  start();
  LoopbackClient client(port_);
  EXPECT_EQ(client.ask("nonsense\r\n\r\n").status, 400);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.connections.value(), 1u);

  pass_ms(2'001);
  EXPECT_TRUE(wait_for_connections(0));
}

}  // namespace
}  // namespace penstock::server
