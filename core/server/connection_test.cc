#include "server/connection.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "http/response_writer.h"
#include "server/server_testing.h"

namespace penstock::server {
namespace {

class ConnectionTest : public HttpServerTest {};

TEST_F(ConnectionTest, AnswersAndKeepsTheConnection) {
  start();
  LoopbackClient client(port_);

  const Answer first = client.ask("GET /one?x=1 HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer second =
      client.ask("POST /two HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "/one?x=1|");
  EXPECT_EQ(first.header("Date"), http::date_text(kNow));
  EXPECT_EQ(second.body, "/two|body");
  EXPECT_EQ(counters_.by_status[200].value(), 2u);
  EXPECT_EQ(counters_.connections.value(), 1u);
}

TEST_F(ConnectionTest, TakesARequestInPieces) {
  start();
  LoopbackClient client(port_);
  const std::string request = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";

  for (const char c : request) {
    ASSERT_TRUE(client.send({&c, 1}));
    thread_.run([] {});  // A turn of the loop between any two bytes.
  }

  EXPECT_EQ(client.receive().body, "/p|body");
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  start();
  LoopbackClient client(port_);
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  client.send(requests);

  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(client.receive().body, "/" + std::to_string(i) + "|");
  }
}

// The second request is not even looked at before the first is answered.
TEST_F(ConnectionTest, HoldsAPipelinedRequestWhileAnAnswerIsOwed) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  client.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
  thread_.run([] {});
  EXPECT_EQ(handler_.later_count, 1);
  EXPECT_EQ(client.peek(), "");

  answer_later(0, "first");
  ASSERT_TRUE(wait_for_later(2));
  answer_later(1, "second");

  EXPECT_EQ(client.receive().body, "first");
  EXPECT_EQ(client.receive().body, "second");
  EXPECT_EQ(client.receive().body, "/now|");
}

TEST_F(ConnectionTest, AnswersARequestOnlyOnce) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));

  answer_later(0, "once");
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(2));
  answer_later(0, "again", false);  // The old right does not answer the new request.
  answer_later(1, "new");

  EXPECT_EQ(client.receive().body, "once");
  EXPECT_EQ(client.receive().body, "new");
}

TEST_F(ConnectionTest, TellsAResponderThatTheClientHasGone) {
  start();
  LoopbackClient gone(port_);
  gone.send("GET /later HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  answer_later(0, "bye");
  EXPECT_EQ(gone.receive().body, "bye");
  EXPECT_TRUE(gone.is_ended());
  ASSERT_TRUE(wait_for_connections(0));

  LoopbackClient other(port_);  // Takes the slot.
  other.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(2));

  answer_later(0, "to nobody", false);
  EXPECT_FALSE(Responder().respond(http::Response()));
}

TEST_F(ConnectionTest, AnswersAClientThatHasEndedItsSide) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  client.end_sending();
  ASSERT_TRUE(wait_for_later(1));
  answer_later(0, "still");

  EXPECT_EQ(client.receive().body, "still");
  EXPECT_TRUE(client.is_ended());
}

// A reset, a close and the end of its side alone: the last two look alike.
TEST_F(ConnectionTest, TellsThatAWatchedClientHasGone) {
  start();
  auto resets = std::make_unique<LoopbackClient>(port_);
  auto closes = std::make_unique<LoopbackClient>(port_);
  LoopbackClient ends(port_);
  int asked = 0;
  for (LoopbackClient* client : {resets.get(), closes.get(), &ends}) {
    client->send("GET /watched HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(wait_for_later(++asked));
  }
  EXPECT_EQ(handler_.gone_count, 0);

  const linger at_once{1, 0};
  ::setsockopt(resets->fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  resets.reset();
  closes.reset();
  EXPECT_TRUE(wait_for([&] { return handler_.gone_count == 2; }));
  ends.end_sending();
  EXPECT_TRUE(wait_for([&] { return handler_.gone_count == 3; }));
  EXPECT_TRUE(ends.is_ended());
  EXPECT_TRUE(wait_for_connections(0));
  EXPECT_EQ(counters_.clients_gone.value(), 3u);
  for (std::size_t i = 0; i < 3; ++i) answer_later(i, "to nobody", false);
}

TEST_F(ConnectionTest, WatchesNoLongerThanUntilTheAnswer) {
  start();
  LoopbackClient client(port_);
  client.send("GET /watched HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  answer_later(0, "here");
  EXPECT_EQ(client.receive().body, "here");
  thread_.run([&] { EXPECT_FALSE(handler_.later[0].watch([] { FAIL(); })); });
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  client.end_sending();
  ASSERT_TRUE(wait_for_later(2));
  answer_later(1, "still");
  EXPECT_EQ(client.receive().body, "still");
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(handler_.gone_count, 0);
}

// Bytes behind it are held, the first read of them; the next request is answered in its turn.
TEST_F(ConnectionTest, HoldsWhatComesBehindAWatchedRequest) {
  start();
  LoopbackClient client(port_);
  client.send("GET /watched HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  client.send("GET /next HTTP/1.1\r\n");
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  client.send("Host: h\r\n\r\n");
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  EXPECT_EQ(client.peek(), "");
  answer_later(0, "first");
  EXPECT_EQ(client.receive().body, "first");
  EXPECT_EQ(client.receive().body, "/next|");
}

// What it held is given up where memory is wanted, and no more of it is read.
TEST_F(ConnectionTest, AnswersAWatchedRequestWhoseFollowersWereGivenUp) {
  limits_.arriving_bytes_max = 30'000;
  start();
  LoopbackClient client(port_);
  client.send("GET /watched HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 45000\r\n\r\n" +
              std::string(45'000, 'b'));
  for (int i = 0; i < 4; ++i) thread_.run([] {});
  answer_later(0, "whole");
  const Answer answer = client.receive();
  EXPECT_EQ(answer.body, "whole");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.is_ended());
}

TEST_F(ConnectionTest, ClosesWhereTheRequestOrTheAnswerSaysSo) {
  start();
  LoopbackClient asked(port_);
  const Answer first = asked.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(first.header("Connection"), "close");
  EXPECT_TRUE(asked.is_ended());

  LoopbackClient told(port_);
  const Answer second = told.ask("GET /close HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(second.header("Connection"), "close");
  EXPECT_TRUE(told.is_ended());
}

TEST_F(ConnectionTest, SpeaksHttp10) {
  start();
  LoopbackClient plain(port_);
  EXPECT_EQ(plain.ask("GET /raw HTTP/1.0\r\n\r\n").body, "raw");
  EXPECT_TRUE(plain.is_ended());

  LoopbackClient keeping(port_);
  const char* request = "GET /raw HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(keeping.ask(request).header("Connection"), "keep-alive");
  EXPECT_EQ(keeping.ask(request).body, "raw");
}

TEST_F(ConnectionTest, LeavesTheBodyOutForHead) {
  start();
  LoopbackClient client(port_);
  client.send("HEAD /raw HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer raw = client.receive(true);
  EXPECT_EQ(raw.header("Content-Length"), "3");
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer formatted = client.receive(true);
  EXPECT_EQ(formatted.header("Content-Length"), "3");

  EXPECT_EQ(client.ask("GET /raw HTTP/1.1\r\nHost: h\r\n\r\n").body, "raw");
}

TEST_F(ConnectionTest, InvitesTheBodyOfAClientThatWaitsForIt) {
  start();
  LoopbackClient client(port_);
  client.send("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("ok");
  EXPECT_EQ(client.receive().body, "/e|ok");
}

// Closing under the bytes of a client that still sends would reset the connection, and the client
// would often see the reset instead of the answer.
TEST_F(ConnectionTest, LetsARefusedClientReadWhy) {
  limits_.parser.body_bytes_max = 1000;
  start();
  LoopbackClient client(port_);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));

  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_NE(answer.body.find("\"error\":\"body_too_large\""), std::string::npos);
  EXPECT_TRUE(client.is_ended());
  client.close();
  EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(ConnectionTest, TakesTheAddressFromATrustedProxysHeader) {
  listener_.proxy_protocol = true;
  limits_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  start();
  LoopbackClient client(port_);
  client.send("PROXY TCP4 203.0.113.9 127.0.0.1 5000");
  thread_.run([] {});
  client.send(" 80\r\nGET /peer HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body, "203.0.113.9");
  EXPECT_EQ(client.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "203.0.113.9");

  LoopbackClient without(port_);
  EXPECT_EQ(without.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").status, 400);
}

TEST_F(ConnectionTest, WantsAProxysHeaderFromWhenItsListenerIsToldTo) {
  limits_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  start();
  LoopbackClient before(port_);
  EXPECT_EQ(before.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "127.0.0.1");
  thread_.run([&] {
    listener_.proxy_protocol = true;
    server_->set_listener_options(listener_);
  });
  EXPECT_EQ(before.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "127.0.0.1");
  LoopbackClient after(port_);
  EXPECT_EQ(after
                .ask("PROXY TCP4 203.0.113.9 127.0.0.1 5 80\r\n"
                     "GET /peer HTTP/1.1\r\nHost: h\r\n\r\n")
                .body,
            "203.0.113.9");
}

constexpr std::string_view kHello("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03", 10);

TEST_F(ConnectionTest, ClosesWithoutAWordWhereAClientBeginsToSpeakTls) {
  start();
  LoopbackClient whole(port_);
  whole.send(kHello);
  EXPECT_TRUE(whole.is_ended());
  LoopbackClient first_byte(port_);
  first_byte.send(kHello.substr(0, 1));
  EXPECT_TRUE(first_byte.is_ended());
  LoopbackClient later(port_);
  EXPECT_EQ(later.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").body, "/x|");
  later.send(kHello);
  EXPECT_TRUE(later.is_ended());
  EXPECT_EQ(counters_.tls_on_plain.value(), 3u);
  EXPECT_EQ(counters_.by_status[400].value(), 0u);

  for (const char* lines : {"\r\n", "\r\n\r\n"}) {
    LoopbackClient at_once(port_);
    at_once.send(lines + std::string(kHello));
    EXPECT_TRUE(at_once.is_ended());
    LoopbackClient in_pieces(port_);
    for (const char c : std::string(lines)) {
      in_pieces.send({&c, 1});
      for (int i = 0; i < 4; ++i) thread_.run([] {});
    }
    in_pieces.send(kHello);
    EXPECT_TRUE(in_pieces.is_ended());
  }
  EXPECT_EQ(counters_.tls_on_plain.value(), 7u);

  LoopbackClient within(port_);  // What is no beginning is no handshake either.
  EXPECT_EQ(within.ask(std::string("GET /") + std::string(kHello) + " HTTP/1.1\r\n\r\n").status,
            400);
  EXPECT_EQ(counters_.tls_on_plain.value(), 7u);
}

TEST_F(ConnectionTest, ClosesWithoutAWordWhereAHandshakeStandsForAProxysHeader) {
  limits_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  listener_.proxy_protocol = true;
  start();
  LoopbackClient client(port_);
  client.send(kHello);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.tls_on_plain.value(), 1u);
}

TEST_F(ConnectionTest, BelievesNoProxyHeaderOfAStranger) {
  listener_.proxy_protocol = true;
  limits_.trusted_proxies = *http::NetworkList::parse({"10.0.0.0/8"});
  start();
  LoopbackClient liar(port_);
  EXPECT_EQ(liar.ask("PROXY TCP4 203.0.113.9 127.0.0.1 5 80\r\nGET /peer HTTP/1.1\r\n").status,
            400);
  LoopbackClient plain(port_);
  EXPECT_EQ(plain.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "127.0.0.1");
}

}  // namespace
}  // namespace penstock::server
