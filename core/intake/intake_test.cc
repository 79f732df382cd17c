#include "intake/intake.h"

#include <atomic>
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "crypto/secrets.h"
#include "event/batch.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;
using ::testing::Not;
using testing::wait_for;

constexpr std::int64_t kNow = 1'795'602'237'000;

// Keeps what it is given until the test says what becomes of it.
class HeldProducer final : public queue::Producer {
 public:
  explicit HeldProducer(queue::ProducerListener& listener) : listener_(listener) {}

  void submit(queue::Submission submission) override {
    held.push_back(std::move(submission));
    ++submitted;
  }
  std::size_t in_flight() const override { return held.size(); }
  queue::ProducerState state() const override { return {}; }

  void finish_first(queue::Stored outcome) {
    const std::uint64_t ticket = held.front().ticket;
    held.pop_front();
    listener_.on_done(ticket, outcome);
  }

  std::deque<queue::Submission> held;
  std::atomic<std::size_t> submitted{0};

 private:
  queue::ProducerListener& listener_;
};

struct SeenEvent {
  std::string project;
  std::string source;
  std::string name;
  std::string ip;
  std::string user_agent;
  std::string properties;
};

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest() {
    crypto::start_crypto();
    options_.listen = {"127.0.0.1:0"};
    settings_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  }

  void start() {
    const auto make =
        [this](io::Loop&, const Clock&,
               queue::ProducerListener& listener) -> Result<std::unique_ptr<queue::Producer>> {
      auto producer = std::make_unique<HeldProducer>(listener);
      producer_ = producer.get();
      return producer;
    };
    auto intake = Intake::start(options_, settings_, thread_.loop(), clock_, counters_, make);
    ASSERT_TRUE(intake) << to_text(intake.error());
    intake_ = std::move(*intake);
    port_ = intake_->port();
    thread_.start();
  }
  void TearDown() override {
    thread_.stop();
    intake_.reset();
  }

  static std::string post(const std::string& target, const std::string& body,
                          const std::string& headers = "") {
    return "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
  }

  bool wait_for_submissions(std::size_t count) {
    return wait_for([&] { return producer_->submitted == count; });
  }
  void finish_all(queue::Stored outcome = queue::Stored::kQueued) {
    thread_.run([&] {
      while (!producer_->held.empty()) producer_->finish_first(outcome);
    });
  }
  // Sends a request that is to be submitted, finishes it, and gives its answer.
  Answer ask(const std::string& request, queue::Stored outcome = queue::Stored::kQueued) {
    LoopbackClient client(port_);
    const std::size_t before = producer_->submitted;
    client.send(request);
    EXPECT_TRUE(wait_for_submissions(before + 1));
    thread_.run([&] {
      for (const queue::Submission& submission : producer_->held) collect(submission);
    });
    finish_all(outcome);
    return client.receive();
  }
  // Sends a request that is answered without the queue.
  Answer ask_at_once(const std::string& request) { return LoopbackClient(port_).ask(request); }

  void collect(const queue::Submission& submission) {
    for (const std::string& message : submission.messages) {
      auto reader = event::BatchReader::open(message);
      ASSERT_TRUE(reader);
      event::Record r;
      while (*reader->next(r)) {
        events_.push_back({std::string(r.project), std::string(r.source), std::string(r.name),
                           std::string(r.ip), std::string(r.user_agent),
                           std::string(r.properties)});
      }
    }
  }
  std::uint64_t counted(std::size_t source, std::size_t outcome) const {
    return counters_.events[source][outcome].value();
  }

  IntakeOptions options_;
  IntakeSettings settings_;
  testing::SharedManualClock clock_{kNow};
  IntakeCounters counters_;
  testing::LoopThread thread_;
  std::unique_ptr<Intake> intake_;
  HeldProducer* producer_ = nullptr;
  std::uint16_t port_ = 0;
  std::vector<SeenEvent> events_;
};

TEST_F(IntakeTest, AnswersAnEventOnceItIsQueued) {
  start();
  LoopbackClient client(port_);
  client.send(post("/v1/events", R"({"name":"signup"})"));
  ASSERT_TRUE(wait_for_submissions(1));
  EXPECT_EQ(client.peek(), "");  // Not a byte before the queue has it.
  EXPECT_GT(counters_.inflight_bytes.value(), 0u);

  finish_all();
  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, R"({"accepted":1})");
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(counted(0, 0), 1u);
  EXPECT_EQ(counters_.inflight_bytes.value(), 0u);
}

TEST_F(IntakeTest, TakesAnArrayAndNdjson) {
  start();
  EXPECT_EQ(ask(post("/v1/events", R"([{"name":"a"},{"name":"b"}])")).body, R"({"accepted":2})");
  EXPECT_EQ(ask(post("/v1/events", "{\"name\":\"c\"}\n{\"name\":\"d\"}\n{\"name\":\"e\"}\n",
                     "Content-Type: application/x-ndjson\r\n"))
                .body,
            R"({"accepted":3})");
  EXPECT_EQ(events_.size(), 5u);
  EXPECT_EQ(counted(0, 0), 5u);
}

// Group commit: the requests of one turn leave as one submission, each with its own answer.
TEST_F(IntakeTest, GathersATurnsRequestsIntoOneSubmission) {
  start();
  std::vector<std::unique_ptr<LoopbackClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<LoopbackClient>(port_));
    ASSERT_TRUE(clients.back()->is_connected());
  }
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 20; }));
  thread_.run([&] {  // The loop stands still here, so that all arrive in its next turn.
    for (auto& client : clients) client->send(post("/v1/events", R"({"name":"x"})"));
  });
  ASSERT_TRUE(wait_for_submissions(1));
  finish_all();

  for (auto& client : clients) EXPECT_EQ(client->receive().body, R"({"accepted":1})");
  EXPECT_EQ(producer_->submitted, 1u);
}

TEST_F(IntakeTest, HasSeveralSubmissionsUnderWay) {
  start();
  LoopbackClient first(port_);
  LoopbackClient second(port_);
  first.send(post("/v1/events", R"({"name":"x"})"));
  ASSERT_TRUE(wait_for_submissions(1));
  second.send(post("/v1/events", R"([{"name":"x"},{"name":"y"}])"));
  ASSERT_TRUE(wait_for_submissions(2));

  finish_all();
  EXPECT_EQ(second.receive().body, R"({"accepted":2})");
  EXPECT_EQ(first.receive().body, R"({"accepted":1})");
}

TEST_F(IntakeTest, GathersMoreWhenManySubmissionsAreUnderWay) {
  start();
  std::vector<std::unique_ptr<LoopbackClient>> clients;
  const auto send_one = [&] {
    clients.push_back(std::make_unique<LoopbackClient>(port_));
    clients.back()->send(post("/v1/events", R"({"name":"x"})"));
  };
  for (std::size_t i = 1; i <= 16; ++i) {
    send_one();
    ASSERT_TRUE(wait_for_submissions(i));
  }
  send_one();
  send_one();
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 18; }));
  thread_.run([] {});
  thread_.run([] {});
  EXPECT_EQ(producer_->submitted, 16u);

  thread_.run([&] { producer_->finish_first(queue::Stored::kQueued); });
  ASSERT_TRUE(wait_for_submissions(17));
  finish_all();
  for (auto& client : clients) EXPECT_EQ(client->receive().status, 202);
}

TEST_F(IntakeTest, CountsWhatWasSpooledAndAnswersIt) {
  start();
  EXPECT_EQ(ask(post("/v1/events", R"({"name":"x"})"), queue::Stored::kSpooled).status, 202);
  EXPECT_EQ(counted(0, 1), 1u);
}

TEST_F(IntakeTest, Answers503WhereNothingIsDurable) {
  start();
  const Answer answer =
      ask(post("/v1/events", R"([{"name":"x"},{"name":"y"}])"), queue::Stored::kRefused);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  EXPECT_THAT(answer.body, HasSubstr("\"error\":\"unavailable\""));
  EXPECT_EQ(counted(0, 3), 2u);
}

TEST_F(IntakeTest, CollectsFromQueryBodyAndHeaders) {
  start();
  EXPECT_EQ(ask(post("/v1/collect?name=beacon&key=", "")).status, 204);
  EXPECT_EQ(
      ask(post("/v1/collect", R"({"name":"json"})", "Content-Type: application/json\r\n")).status,
      204);
  EXPECT_EQ(ask(get("/v1/collect?name=injected&a=1",
                    "X-Penstock-Name: request\r\nX-Penstock-Referrer: http://r/?a&name=x\r\n"))
                .status,
            204);
  ASSERT_EQ(events_.size(), 3u);
  EXPECT_EQ(events_[0].name, "beacon");
  EXPECT_EQ(events_[1].name, "json");
  EXPECT_EQ(events_[2].name, "request");
  EXPECT_EQ(events_[2].properties, R"({"a":"1"})");
  EXPECT_EQ(counted(2, 0), 3u);
}

TEST_F(IntakeTest, TakesAllEventsOfARequestOrNone) {
  start();
  const Answer answer =
      ask_at_once(post("/v1/events", R"([{"name":"a"},{"name":7},{"name":"c"}])"));
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, HasSubstr("\"error\":"));
  EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(producer_->submitted, 0u);
  EXPECT_GE(counted(0, 2), 1u);

  const Answer partial =
      ask(post("/v1/events?partial=1", R"([{"name":"a"},{"name":7},{"name":"c"}])"));
  EXPECT_EQ(partial.status, 202);
  EXPECT_THAT(partial.body, HasSubstr(R"({"accepted":2,"rejected":[{"index":1,"error":)"));
  EXPECT_EQ(events_.size(), 2u);
}

TEST_F(IntakeTest, SaysWhereABodyIsNoJson) {
  start();
  const Answer answer = ask_at_once(post("/v1/events", R"({"name":)"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("\"detail\":"));
}

TEST_F(IntakeTest, TakesThePixelsQuery) {
  start();
  const Answer answer = ask(get("/v1/pixel.gif?name=seen&color=red"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "image/gif");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.body.size(), 43u);
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(events_[0].name, "seen");
  EXPECT_EQ(events_[0].source, "pixel");
  EXPECT_THAT(events_[0].properties, HasSubstr("red"));
  EXPECT_EQ(counted(1, 0), 1u);
}

TEST_F(IntakeTest, TakesAFormByGetAndPost) {
  start();
  EXPECT_EQ(ask(get("/v1/collect?name=a")).status, 204);
  EXPECT_EQ(ask(post("/v1/collect", "name=b&url=https%3A%2F%2Fe.x%2F",
                     "Content-Type: application/x-www-form-urlencoded\r\n"))
                .status,
            204);
  ASSERT_EQ(events_.size(), 2u);
  EXPECT_EQ(events_[1].name, "b");
  EXPECT_EQ(events_[1].source, "collect");
  EXPECT_EQ(counted(2, 0), 2u);
}

TEST_F(IntakeTest, CountsNoEventForHead) {
  start();
  LoopbackClient client(port_);
  client.send("HEAD /v1/pixel.gif?name=x HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive(true).header("Content-Length"), "43");
  EXPECT_EQ(producer_->submitted, 0u);
}

TEST_F(IntakeTest, ServesTheScript) {
  start();
  const Answer answer = ask_at_once(get("/p.js"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(answer.header("Cache-Control"), "public, max-age=3600");
  const Answer again =
      ask_at_once(get("/p.js", "If-None-Match: " + answer.header("ETag") + "\r\n"));
  EXPECT_EQ(again.status, 304);
}

TEST_F(IntakeTest, AnswersPreflightsOfEveryRoute) {
  start();
  for (const char* target : {"*", "/v1/events", "/anything"}) {
    const Answer answer = ask_at_once("OPTIONS " + std::string(target) +
                                      " HTTP/1.1\r\nHost: h\r\nOrigin: https://a.b\r\n\r\n");
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.b");
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(answer.header("Vary"), "Origin");
    EXPECT_THAT(answer.header("Access-Control-Allow-Methods"), HasSubstr("POST"));
    // A page may not send what only servers mean.
    EXPECT_THAT(answer.header("Access-Control-Allow-Headers"), Not(HasSubstr("X-Penstock-Url")));
    EXPECT_EQ(answer.header("Access-Control-Max-Age"), "86400");
  }
}

// A page that asks with credentials may read the answer, whatever it is.
TEST_F(IntakeTest, NamesThePageInEveryAnswer) {
  settings_.event_bytes_max = 200;
  start();
  const std::string origin = "Origin: https://shop.example\r\n";
  const std::string large = R"({"name":"n","x":")" + std::string(300, 'x') + "\"}";
  const std::pair<std::string, int> at_once[] = {
      {post("/v1/events", "{", origin), 400},
      {post("/v1/events?key=nope", "{}", origin), 401},
      {get("/nowhere", origin), 404},
      {get("/v1/events", origin), 405},
      {post("/p.js", "", origin), 405},
      {post("/v1/events", large, origin), 413},
      {post("/v1/events", "{}", origin + "Content-Encoding: br\r\n"), 415},
      {post("/v1/events", "{}", origin + "Content-Type: text/html\r\n"), 415},
      {post("/v1/events", "{}", origin), 422},
      {post("/v1/events", "[]", origin), 202},
      {get("/p.js", origin), 200},
  };
  const auto expect_open = [](const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://shop.example") << status;
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true") << status;
    EXPECT_EQ(answer.header("Vary"), "Origin") << status;
    EXPECT_EQ(answer.header("Cross-Origin-Resource-Policy"), "cross-origin") << status;
  };
  for (const auto& [request, status] : at_once) expect_open(ask_at_once(request), status);
  expect_open(ask(post("/v1/events", R"({"name":"n"})", origin)), 202);
  expect_open(ask(post("/v1/events?partial=1", R"([{"name":"n"},5])", origin)), 202);
  expect_open(ask(get("/v1/pixel.gif?name=n", origin)), 200);
  expect_open(ask(get("/v1/collect?name=n", origin)), 204);
  expect_open(ask(post("/v1/events", R"({"name":"n"})", origin), queue::Stored::kRefused), 503);
}

// The answers of one turn go out together, each to its own page.
TEST_F(IntakeTest, DoesNotMixUpThePagesOfATurn) {
  start();
  LoopbackClient first(port_);
  LoopbackClient second(port_);
  LoopbackClient third(port_);
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 3; }));
  thread_.run([&] {
    first.send(get("/v1/collect?name=n", "Origin: https://first.example\r\n"));
    second.send(get("/v1/collect?name=n"));
    third.send(get("/v1/collect?name=n", "Origin: https://third.example\r\n"));
  });
  ASSERT_TRUE(wait_for_submissions(1));
  finish_all();
  EXPECT_EQ(first.receive().header("Access-Control-Allow-Origin"), "https://first.example");
  EXPECT_EQ(second.receive().header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(third.receive().header("Access-Control-Allow-Origin"), "https://third.example");
}

TEST_F(IntakeTest, SwitchesProtocolsOffAndOnAgain) {
  settings_.protocols[1] = false;
  start();
  EXPECT_EQ(ask_at_once(get("/v1/pixel.gif?name=n")).status, 404);
  EXPECT_EQ(ask(get("/v1/collect?name=n")).status, 204);
  settings_.protocols[1] = true;
  thread_.run([&] { intake_->apply(settings_); });
  EXPECT_EQ(ask(get("/v1/pixel.gif?name=n")).status, 200);
}

TEST_F(IntakeTest, SaysWhichCodingsItTakes) {
  start();
  const Answer answer = ask_at_once(post("/v1/events", "{}", "Content-Encoding: br\r\n"));
  EXPECT_EQ(answer.status, 415);
  EXPECT_EQ(answer.header("Accept-Encoding"), "gzip, deflate, zstd");
}

// The same for what never becomes a request, as far as its head has come.
TEST_F(IntakeTest, NamesThePageInRefusalsOfTheServer) {
  settings_.limits.parser.body_bytes_max = 100;
  settings_.limits.parser.header_bytes_max = 400;
  start();
  const std::string origin = "Origin: https://a.example\r\n";
  const std::pair<std::string, int> cases[] = {
      {post("/v1/events", std::string(101, ' '), origin), 413},
      {get("/v1/collect", origin + "X: " + std::string(400, 'x') + "\r\n"), 431},
      {"POST /v1/events HTTP/1.1\r\n" + origin + "Content-Length: 1\r\n\r\n", 400},
  };
  for (const auto& [request, status] : cases) {
    const Answer answer = ask_at_once(request);
    EXPECT_EQ(answer.status, status) << request;
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "https://a.example") << request;
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true") << request;
    EXPECT_EQ(answer.header("Vary"), "Origin") << request;
  }
  const Answer unknown = ask_at_once("nonsense\r\n\r\n");
  EXPECT_EQ(unknown.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(unknown.header("Access-Control-Allow-Credentials"), "");
}

TEST_F(IntakeTest, KnowsNoOtherRoutes) {
  start();
  EXPECT_EQ(ask_at_once(get("/healthz")).status, 404);  // On the admin port only.
  const Answer answer = ask_at_once(get("/v1/events"));
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.header("Allow"), HasSubstr("POST"));
}

TEST_F(IntakeTest, TakesTheProjectFromTheKeyHoweverItIsSent) {
  const NewKey key = make_key("shop", false, 1);
  settings_.keys = {key.entry};
  start();
  ask(post("/v1/events", R"({"name":"x"})", "Authorization: Bearer " + key.key + "\r\n"));
  ask(post("/v1/events", R"({"name":"x"})", "X-Penstock-Key: " + key.key + "\r\n"));
  ask(post("/v1/events?key=" + key.key, R"({"name":"x"})"));
  ask(get("/v1/pixel.gif?name=x&key=" + key.key));
  ask(post("/v1/events", R"({"name":"x"})"));

  ASSERT_EQ(events_.size(), 5u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(events_[static_cast<std::size_t>(i)].project, "shop");
  EXPECT_EQ(events_[3].properties.find(key.key), std::string::npos);
  EXPECT_EQ(events_[4].project, "default");
}

TEST_F(IntakeTest, Answers401ToAnUnknownKeyAndWhereOneIsRequired) {
  start();
  EXPECT_EQ(ask_at_once(post("/v1/events?key=pk_x", R"({"name":"x"})")).status, 401);
  EXPECT_EQ(counted(0, 2), 1u);

  settings_.require_key = true;
  const NewKey key = make_key("shop", false, 1);
  settings_.keys = {key.entry};
  thread_.run([&] { intake_->apply(settings_); });
  const Answer answer = ask_at_once(post("/v1/events", R"({"name":"x"})"));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(ask(post("/v1/events?key=" + key.key, R"({"name":"x"})")).status, 202);
}

TEST_F(IntakeTest, BelievesTrustedProxiesAboutTheAddress) {
  start();
  ask(post("/v1/events", R"({"name":"x"})",
           "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.2\r\n"
           "User-Agent: Browser/1\r\n"));
  ask(post("/v1/events", R"({"name":"x"})"));
  settings_.trusted_proxies = {};
  thread_.run([&] { intake_->apply(settings_); });
  ask(post("/v1/events", R"({"name":"x"})", "X-Forwarded-For: 203.0.113.9\r\n"));

  ASSERT_EQ(events_.size(), 3u);
  EXPECT_EQ(events_[0].ip, "203.0.113.9");
  EXPECT_EQ(events_[0].user_agent, "Browser/1");
  EXPECT_EQ(events_[1].ip, "127.0.0.1");
  EXPECT_EQ(events_[2].ip, "127.0.0.1");
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(IntakeTest, UndoesTheContentEncodingWithinItsLimit) {
  settings_.inflated_bytes_max = 10'000;
  start();
  const std::string zipped = "Content-Encoding: gzip\r\n";
  EXPECT_EQ(ask(post("/v1/events", gzip(R"({"name":"zipped"})"), zipped)).status, 202);
  EXPECT_EQ(events_.at(0).name, "zipped");

  const std::string bomb = "{\"name\":\"" + std::string(100'000, ' ') + "\"}";
  EXPECT_EQ(ask_at_once(post("/v1/events", gzip(bomb), zipped)).status, 413);
  EXPECT_EQ(ask_at_once(post("/v1/events", "no gzip", zipped)).status, 400);
  EXPECT_EQ(ask_at_once(post("/v1/events", "{}", "Content-Encoding: br\r\n")).status, 415);
}

TEST_F(IntakeTest, RefusesAnEventOverTheLimit) {
  settings_.event_bytes_max = 1'000;
  start();
  const std::string large = R"({"name":"x","properties":{"a":")" + std::string(2'000, 'x') + "\"}}";
  EXPECT_GE(ask_at_once(post("/v1/events", large)).status, 400);
  EXPECT_EQ(producer_->submitted, 0u);
}

TEST_F(IntakeTest, AnswersAtOnceWhereNothingIsToBeWaitedFor) {
  settings_.ack_durable = false;
  start();
  EXPECT_EQ(ask_at_once(post("/v1/events", R"({"name":"x"})")).body, R"({"accepted":1})");
  EXPECT_EQ(counted(0, 0), 0u);
  ASSERT_TRUE(wait_for_submissions(1));
  finish_all();
  EXPECT_EQ(counted(0, 0), 1u);
}

TEST_F(IntakeTest, StopsReadingPastTheLimitOfBytesInFlight) {
  settings_.inflight_bytes_max = 500;
  start();
  const std::string event = R"({"name":")" + std::string(200, 'n') + "\"}";
  std::vector<std::unique_ptr<LoopbackClient>> clients;
  for (std::size_t i = 1; i <= 2; ++i) {
    clients.push_back(std::make_unique<LoopbackClient>(port_));
    clients.back()->send(post("/v1/events", event));
    ASSERT_TRUE(wait_for_submissions(i));
  }
  clients.push_back(std::make_unique<LoopbackClient>(port_));
  clients.back()->send(post("/v1/events", event));
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 3; }));
  for (int i = 0; i < 5; ++i) thread_.run([] {});
  EXPECT_EQ(producer_->submitted, 2u);

  finish_all();
  ASSERT_TRUE(wait_for_submissions(3));
  finish_all();
  for (auto& client : clients) EXPECT_EQ(client->receive().status, 202);
  EXPECT_EQ(counters_.inflight_bytes.value(), 0u);
}

TEST_F(IntakeTest, MakesSidekiqJobsWhereTheyAreAskedFor) {
  options_.format = QueueFormat::kSidekiq;
  options_.sidekiq_queue = "web";
  start();
  LoopbackClient client(port_);
  client.send(post("/v1/events", R"([{"name":"a"},{"name":"b"}])"));
  ASSERT_TRUE(wait_for_submissions(1));
  thread_.run([&] {
    ASSERT_EQ(producer_->held[0].messages.size(), 2u);
    EXPECT_THAT(producer_->held[0].messages[0], HasSubstr("\"queue\":\"web\""));
  });
  finish_all();
  EXPECT_EQ(client.receive().body, R"({"accepted":2})");
}

TEST_F(IntakeTest, AnswersPipelinedEventsInOrder) {
  start();
  LoopbackClient client(port_);
  std::string requests;
  for (int i = 1; i <= 5; ++i) {
    std::string events = "[";
    for (int n = 0; n < i; ++n) events += std::string(n == 0 ? "" : ",") + R"({"name":"x"})";
    requests += post("/v1/events", events + "]");
  }
  client.send(requests);
  for (std::size_t i = 1; i <= 5; ++i) {
    ASSERT_TRUE(wait_for_submissions(i));
    finish_all();
    EXPECT_EQ(client.receive().body, "{\"accepted\":" + std::to_string(i) + "}");
  }
}

TEST_F(IntakeTest, DrainsWhenEverythingIsDurable) {
  start();
  LoopbackClient client(port_);
  client.send(post("/v1/events", R"({"name":"x"})"));
  ASSERT_TRUE(wait_for_submissions(1));
  std::atomic<bool> is_drained{false};
  thread_.run([&] { intake_->drain([&] { is_drained = true; }); });
  thread_.run([] {});
  EXPECT_FALSE(is_drained);

  finish_all();
  EXPECT_EQ(client.receive().header("Connection"), "close");
  client.close();
  EXPECT_TRUE(wait_for([&] { return is_drained.load(); }));
}

TEST_F(IntakeTest, DrainsUnacknowledgedEventsToo) {
  settings_.ack_durable = false;
  start();
  EXPECT_EQ(ask_at_once(post("/v1/events", R"({"name":"x"})", "Connection: close\r\n")).status,
            202);
  ASSERT_TRUE(wait_for_submissions(1));
  ASSERT_TRUE(wait_for([&] { return counters_.server.connections.value() == 0; }));
  std::atomic<bool> is_drained{false};
  thread_.run([&] { intake_->drain([&] { is_drained = true; }); });
  EXPECT_FALSE(is_drained);
  finish_all();
  EXPECT_TRUE(is_drained);
}

TEST_F(IntakeTest, SaysWhyItCannotListen) {
  options_.listen = {"192.0.2.1:80"};
  const auto make =
      [](io::Loop&, const Clock&,
         queue::ProducerListener& listener) -> Result<std::unique_ptr<queue::Producer>> {
    return std::make_unique<HeldProducer>(listener);
  };
  const auto intake = Intake::start(options_, settings_, thread_.loop(), clock_, counters_, make);
  ASSERT_FALSE(intake);
  EXPECT_EQ(intake.error().code, ErrorCode::kExhausted);
}

}  // namespace
}  // namespace penstock::intake
