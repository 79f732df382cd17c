#include "intake/intake.h"

#include <atomic>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/intake_testing.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;
using ::testing::Not;
using testing::wait_for;

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
