#include "server/http_server.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/log.h"
#include "http/response_writer.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::server {
namespace {

using testing::Answer;
using testing::LoopbackClient;
using testing::wait_for;

constexpr std::int64_t kNow = 1'795'602'237'000;  // 2026-11-25T...: any fixed moment.

// Answers by path: /later when the test says so, /raw preformatted, /big with many bytes, anything
// else with what it was asked.
class TestHandler final : public Handler {
 public:
  void on_request(const http::Request& request, const Peer& peer, Responder responder) override {
    if (request.path == "/later") {
      later.push_back(responder);
      ++later_count;
      return;
    }
    if (request.path == "/raw") {
      responder.respond_raw("Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nraw", 200, true);
      return;
    }
    http::Response response;
    if (request.path == "/big") {
      response.body.assign(big_bytes, 'b');
    } else if (request.path == "/peer") {
      response.body = peer.address.text();
    } else {
      response.body = std::string(request.target) + "|" + std::string(request.body);
    }
    response.close = request.path == "/close";
    responder.respond(response);
  }

  void on_refusal(const http::PartialHead& head, http::Response& refusal) override {
    refusal.headers.emplace_back("X-Seen", head.header("X-Who"));
  }

  std::vector<Responder> later;  // On the loop's thread.
  std::atomic<int> later_count{0};
  std::size_t big_bytes = 16u << 20;
};

class HttpServerTest : public ::testing::Test {
 protected:
  // Deadlines of 40 ms on a clock that stands still unless it is moved; the sweep that looks at
  // them comes every 10 ms of real time.
  HttpServerTest() {
    limits_.header_timeout_ms = 40;
    limits_.body_timeout_ms = 40;
    limits_.idle_timeout_ms = 40;
    limits_.write_timeout_ms = 40;
  }

  void start() {
    server_ = std::make_unique<HttpServer>(thread_.loop(), clock_, handler_, counters_);
    server_->set_limits(limits_);
    ASSERT_TRUE(server_->listen("127.0.0.1:0"));
    port_ = server_->port();
    thread_.start();
  }
  void TearDown() override {
    thread_.stop();
    server_.reset();
  }

  void answer_later(std::size_t index, const std::string& body, bool expected = true) {
    bool has_answered = false;
    thread_.run([&] {
      http::Response response;
      response.body = body;
      has_answered = handler_.later[index].respond(response);
    });
    EXPECT_EQ(has_answered, expected);
  }
  bool wait_for_later(int count) {
    return wait_for([&] { return handler_.later_count == count; });
  }
  bool wait_for_connections(std::uint64_t count) {
    return wait_for([&] { return counters_.connections.value() == count; });
  }
  // Moves the clock once the server has seen all that was sent before: each task runs in a turn of
  // its own, and accepting and reading take one each.
  void pass_ms(std::int64_t ms) {
    for (int i = 0; i < 4; ++i) thread_.run([] {});
    clock_.advance_ms(ms);
  }

  ServerLimits limits_;
  testing::SharedManualClock clock_{kNow};
  TestHandler handler_;
  ServerCounters counters_;
  testing::LoopThread thread_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(HttpServerTest, AnswersAndKeepsTheConnection) {
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

TEST_F(HttpServerTest, TakesARequestInPieces) {
  start();
  LoopbackClient client(port_);
  const std::string request = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";

  for (const char c : request) {
    ASSERT_TRUE(client.send({&c, 1}));
    thread_.run([] {});  // A turn of the loop between any two bytes.
  }

  EXPECT_EQ(client.receive().body, "/p|body");
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInOrder) {
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
TEST_F(HttpServerTest, HoldsAPipelinedRequestWhileAnAnswerIsOwed) {
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

TEST_F(HttpServerTest, AnswersARequestOnlyOnce) {
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

TEST_F(HttpServerTest, TellsAResponderThatTheClientHasGone) {
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

TEST_F(HttpServerTest, AnswersAClientThatHasEndedItsSide) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  client.end_sending();
  ASSERT_TRUE(wait_for_later(1));
  answer_later(0, "still");

  EXPECT_EQ(client.receive().body, "still");
  EXPECT_TRUE(client.is_ended());
}

TEST_F(HttpServerTest, ClosesWhereTheRequestOrTheAnswerSaysSo) {
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

TEST_F(HttpServerTest, SpeaksHttp10) {
  start();
  LoopbackClient plain(port_);
  EXPECT_EQ(plain.ask("GET /raw HTTP/1.0\r\n\r\n").body, "raw");
  EXPECT_TRUE(plain.is_ended());

  LoopbackClient keeping(port_);
  const char* request = "GET /raw HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(keeping.ask(request).header("Connection"), "keep-alive");
  EXPECT_EQ(keeping.ask(request).body, "raw");
}

TEST_F(HttpServerTest, LeavesTheBodyOutForHead) {
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

TEST_F(HttpServerTest, InvitesTheBodyOfAClientThatWaitsForIt) {
  start();
  LoopbackClient client(port_);
  client.send("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("ok");
  EXPECT_EQ(client.receive().body, "/e|ok");
}

// Closing under the bytes of a client that still sends would reset the connection, and the client
// would often see the reset instead of the answer.
TEST_F(HttpServerTest, LetsARefusedClientReadWhy) {
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

TEST_F(HttpServerTest, GivesUpOnARefusedClientThatDoesNotClose) {
  start();
  LoopbackClient client(port_);
  EXPECT_EQ(client.ask("nonsense\r\n\r\n").status, 400);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.connections.value(), 1u);

  pass_ms(2'001);
  EXPECT_TRUE(wait_for_connections(0));
}

TEST_F(HttpServerTest, Answers408ToSlowHeaders) {
  start();
  LoopbackClient client(port_);
  client.send("GET / HTT");
  pass_ms(41);

  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.is_ended());
  EXPECT_EQ(counters_.timeouts.value(), 1u);
}

TEST_F(HttpServerTest, Answers408ToASlowBodyHoweverOftenItSendsAByte) {
  start();
  LoopbackClient client(port_);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
  for (int i = 0; i < 5; ++i) {
    client.send("x");
    pass_ms(9);
  }

  EXPECT_EQ(client.receive().status, 408);
}

TEST_F(HttpServerTest, ClosesAnIdleConnectionWithoutAWord) {
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
TEST_F(HttpServerTest, DoesNotTimeOutWhileTheHandlerOwesTheAnswer) {
  start();
  LoopbackClient client(port_);
  client.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(wait_for_later(1));
  pass_ms(10'000);
  for (int i = 0; i < 3; ++i) thread_.run([] {});
  answer_later(0, "at last");
  EXPECT_EQ(client.receive().body, "at last");
}

TEST_F(HttpServerTest, DropsAClientThatDoesNotTakeItsAnswer) {
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

TEST_F(HttpServerTest, SendsABigAnswerToAClientThatTakesItAndGoesOn) {
  start();
  LoopbackClient client(port_);
  client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().body.size(), handler_.big_bytes);
  EXPECT_EQ(client.receive().body, "/next|");
  EXPECT_EQ(client.ask("GET /more HTTP/1.1\r\nHost: h\r\n\r\n").body, "/more|");
}

// A few bytes ask for much: what has come of requests must not all be answered into our memory.
TEST_F(HttpServerTest, AnswersNoFurtherThanAClientReads) {
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
TEST_F(HttpServerTest, GivesUpTheSlowestRequestWhereTooMuchArrives) {
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
TEST_F(HttpServerTest, CountsNoWholeRequestAmongThoseThatArrive) {
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
TEST_F(HttpServerTest, GivesUpWhatCameBehindARequestThatWaits) {
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

TEST_F(HttpServerTest, LetsTheHandlerAddToItsRefusals) {
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
  thread_.run([&] { server_->listen_briefly(std::move(*socket), 50); });
  LoopbackClient client(port);
  EXPECT_EQ(client.ask("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
  thread_.run([&] { EXPECT_EQ(server_->addresses().size(), 1u); });
  EXPECT_TRUE(wait_for([&] { return !LoopbackClient(port).is_connected(); }));
  EXPECT_EQ(client.ask("GET /y HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
}

TEST_F(HttpServerTest, TakesTheAddressFromATrustedProxysHeader) {
  limits_.proxy_protocol = true;
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

TEST_F(HttpServerTest, BelievesNoProxyHeaderOfAStranger) {
  limits_.proxy_protocol = true;
  limits_.trusted_proxies = *http::NetworkList::parse({"10.0.0.0/8"});
  start();
  LoopbackClient liar(port_);
  EXPECT_EQ(liar.ask("PROXY TCP4 203.0.113.9 127.0.0.1 5 80\r\nGET /peer HTTP/1.1\r\n").status,
            400);
  LoopbackClient plain(port_);
  EXPECT_EQ(plain.ask("GET /peer HTTP/1.1\r\nHost: h\r\n\r\n").body, "127.0.0.1");
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
