// Drains' bodies that are over the limits.
#include <algorithm>
#include <atomic>
#include <set>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "http/coding_testing.h"
#include "intake/intake_testing.h"

namespace penstock::intake {
namespace {

using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;

constexpr int kLines = 40'000;

std::string lines() {
  std::string text;
  for (int i = 0; i < kLines; ++i) {
    text +=
        str_cat(R"({"message":"a line of some length, number )", i, R"(","level":"info"})", "\n");
  }
  return text;
}

class IntakeLarge : public IntakeTest {
 protected:
  IntakeLarge() {
    settings_.limits.parser.body_bytes_max = 100'000;
    settings_.inflated_bytes_max = 200'000;
  }

  // Lets the queue have all that comes, until the client is answered.
  Answer ask_large(const std::string& request, queue::Stored outcome = queue::Stored::kQueued) {
    LoopbackClient client(port_);
    std::thread sender([&] { client.send(request); });
    Answer answer;
    std::atomic<bool> is_answered = false;
    std::thread receiver([&] {
      answer = client.receive();
      is_answered = true;
    });
    EXPECT_TRUE(testing::wait_for([&] {
      thread_.run([&] {
        for (; !producer_->held.empty(); producer_->finish_first(outcome)) {
          most_held_ = std::max(most_held_, counters_.inflight_bytes.value());
          collect(producer_->held.front());
        }
      });
      return is_answered.load();
    }));
    sender.join();
    receiver.join();
    return answer;
  }

  // Of all protocols.
  std::uint64_t rejected() const {
    constexpr std::size_t kRejected = 2;  // Of kOutcomes.
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < adapter::protocols().size(); ++i) sum += counted(i, kRejected);
    return sum;
  }

  std::uint64_t most_held_ = 0;
};

TEST_F(IntakeLarge, AreReadWhole) {
  start();
  const Answer answer = ask_large(post("/drain/vector", lines()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr(std::to_string(kLines)));
  ASSERT_EQ(events_.size(), static_cast<std::size_t>(kLines));
  EXPECT_THAT(events_.back().properties, HasSubstr("number 39999"));
  EXPECT_EQ(events_.back().source, "vector");
  // Two pieces of a MiB, with what is added to each of their lines.
  EXPECT_LT(most_held_, 12u << 20);
}

// Lines that are no good among others, a whole piece of them, and one that is too long.
TEST_F(IntakeLarge, TellWhatWasPassedOver) {
  start();
  std::string body = "no JSON\n" + lines();
  for (int i = 0; i < 3'000; ++i) body += std::string(1'499, 'x') + "\n";
  body += lines() + "\"" + std::string(3 << 20, 'y') + "\"\n7\n";
  const Answer told = ask_large(post("/drain/vector", body));
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(told.body, str_cat(R"({"accepted":)", 2 * kLines, R"(,"rejected":3003})"));
  EXPECT_EQ(events_.size(), 2u * kLines);
  EXPECT_EQ(rejected(), 3'003u);  // As the answer says.
  // However long it is, it is one.
  const std::string too_long = str_cat("\"", std::string(3 << 20, 'y'), "\"");
  body = str_cat(R"([{"message":"a"},)", too_long, R"(,{"message":"b"}])");
  EXPECT_EQ(ask_large(post("/drain/vector", body)).body, R"({"accepted":2,"rejected":1})");
}

TEST_F(IntakeLarge, AreUnpacked) {
  start();
  const std::string packed = http::gzipped(lines());
  const Answer told = ask_large(post("/drain/cloudflare", packed, "Content-Encoding: gzip\r\n"));
  EXPECT_EQ(told.status, 200);
  EXPECT_EQ(events_.size(), static_cast<std::size_t>(kLines));
  // It comes whole, and is only too large once it is unpacked.
  settings_.limits.parser.body_bytes_max = 10 << 20;
  thread_.run([&] { intake_->apply(settings_); });
  EXPECT_EQ(ask_large(post("/drain/cloudflare", packed)).status, 200);
  EXPECT_EQ(events_.size(), 2u * kLines);
}

TEST_F(IntakeLarge, AreRefusedElsewhere) {
  start();
  EXPECT_EQ(
      ask_at_once("POST /v1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n").status,
      413);
  EXPECT_EQ(ask_at_once(post("/v1/events", http::gzipped(lines()).substr(0, 90'000),
                             "Content-Encoding: gzip\r\n"))
                .status,
            413);
}

std::string firehose(int records, const std::string& request_id = "r-1") {
  std::string body = str_cat(R"({"requestId":")", request_id, R"(","timestamp":1,"records":[)");
  for (int i = 0; i < records; ++i) {
    body += str_cat(i == 0 ? "" : ",", R"({"data":")",
                    crypto::encode_base64(str_cat(R"({"message":"a line, number )", i, R"("})")),
                    R"("})");
  }
  return body + "]}";
}

TEST_F(IntakeLarge, AreHeldWholeWhereTheyMustBe) {
  start();
  constexpr int kRecords = 20'000;
  const std::string body = firehose(kRecords);
  ASSERT_GT(body.size(), settings_.inflated_bytes_max);
  const std::string id = "X-Amz-Firehose-Request-Id: r-1\r\n";
  EXPECT_EQ(ask_large(post("/drain/firehose", body, id)).status, 200);
  EXPECT_EQ(events_.size(), static_cast<std::size_t>(kRecords));
  const std::string gzip = id + "Content-Encoding: gzip\r\n";
  EXPECT_EQ(ask_large(post("/drain/firehose", http::gzipped(body), gzip)).status, 200);
  ASSERT_EQ(events_.size(), 2u * kRecords);
  EXPECT_EQ(events_[7].id, events_[kRecords + 7].id);
}

TEST_F(IntakeLarge, AreRefusedInTheirProtocolsWords) {
  settings_.document_bytes_max = 300'000;
  start();
  const std::string id = "X-Amz-Firehose-Request-Id: r-1\r\n";
  for (const std::string& request : {post("/drain/firehose", firehose(20'000), id),
                                     post("/drain/firehose", http::gzipped(firehose(20'000)),
                                          id + "Content-Encoding: gzip\r\n")}) {
    const Answer answer = ask_large(request);
    EXPECT_EQ(answer.status, 413);
    EXPECT_THAT(answer.body, HasSubstr(R"("requestId":"r-1")"));
    EXPECT_THAT(answer.body, HasSubstr("errorMessage"));
  }
  EXPECT_TRUE(events_.empty());
}

TEST_F(IntakeLarge, AreCutBetweenFrames) {
  start();
  std::string body;
  for (int i = 0; i < kLines; ++i) {
    const std::string line = str_cat("<13>1 2026-11-25T10:44:22Z h a p - line number ", i, "\n");
    body += str_cat(line.size(), " ", line);
  }
  EXPECT_EQ(ask_large(post("/drain/heroku", body, "Logplex-Frame-Id: f\r\n")).status, 200);
  ASSERT_EQ(events_.size(), static_cast<std::size_t>(kLines));
  // Their ids go on from piece to piece, as they would in one.
  std::set<std::string> ids;
  for (const SeenEvent& event : events_) ids.insert(event.id.hex());
  EXPECT_EQ(ids.size(), events_.size());
}

TEST_F(IntakeLarge, HaveTheSameIdsWhenTheyAreSentAgain) {
  start();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ask_large(post("/drain/vector", lines())).status, 200);
  ASSERT_EQ(events_.size(), 2u * kLines);
  std::set<std::string> ids;
  for (const SeenEvent& event : events_) ids.insert(event.id.hex());
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kLines));
}

TEST_F(IntakeLarge, AreSentAgainWhereTheyCannotBeKept) {
  start();
  const Answer answer = ask_large(post("/drain/vector", lines()), queue::Stored::kRefused);
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Retry-After"), "1");
}

TEST_F(IntakeLarge, NeedAKeyAsAnyOther) {
  settings_.require_key = true;
  start();
  const Answer answer = ask_large(post("/drain/vector", lines()));
  EXPECT_EQ(answer.status, 401);
  EXPECT_TRUE(events_.empty());
}

TEST_F(IntakeLarge, PassOverBadLines) {
  start();
  const Answer answer = ask_large(post("/drain/vector", lines() + "{bad\n" + lines()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(events_.size(), 2u * kLines);
}

}  // namespace
}  // namespace penstock::intake
