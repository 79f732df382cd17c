// Drains' bodies that are over the limits.
#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
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
