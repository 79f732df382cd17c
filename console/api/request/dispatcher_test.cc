#include "console/api/request/dispatcher.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "console/api/request/answers.h"
#include "console/api/request/test_api.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestApi;
using testing::Visitor;

http::Response say_segment(Call& call, Services&) {
  return json_answer(str_cat("\"", call.segment, "\""));
}
http::Response say_who(Call& call, Services&) {
  return json_answer(str_cat("\"", call.session->user.email, "\""));
}

// Questions that do not end before the test says so.
struct Gate {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_open = false;
  int inside = 0;

  void wait() {
    std::unique_lock lock(mutex);
    ++inside;
    changed.notify_all();
    changed.wait(lock, [this] { return is_open; });
  }
  void wait_for_inside(int count) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(30), [&] { return inside >= count; }));
  }
  void open() {
    const std::lock_guard lock(mutex);
    is_open = true;
    changed.notify_all();
  }
};
Gate* gate = nullptr;

http::Response wait_at_gate(Call&, Services&) {
  gate->wait();
  return json_answer("{}");
}

// Runs until its deadline, as a question over too many rows does.
http::Response run_to_deadline(Call& call, Services&) {
  gate->wait();
  return json_answer(call.deadline.is_over() ? "\"over\"" : "\"early\"");
}

// One question to the store after the other, until one is given up.
std::atomic<int> questions_begun{0};
std::atomic<int> questions_ended{0};
http::Response ask_for_ever(Call& call, Services& services) {
  ++questions_begun;
  for (;;) {
    const auto counted =
        services.queries->within(call.deadline)
            .scan({0, 2 * testing::kEventsNow}, {}, [](const event::Row&) { return true; });
    if (counted) continue;
    ++questions_ended;
    return failure_answer(counted.error());
  }
}

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/ever",
     .access = Access::kAnyone,
     .endpoint = ask_for_ever,
     .lane = Lane::kQuestions,
     .summary = ""},
    {.method = http::Method::kGet,
     .path = "/api/v1/slow",
     .access = Access::kAnyone,
     .endpoint = wait_at_gate,
     .lane = Lane::kQuestions,
     .summary = ""},
    {.method = http::Method::kGet,
     .path = "/api/v1/deadline",
     .access = Access::kAnyone,
     .endpoint = run_to_deadline,
     .lane = Lane::kQuestions,
     .summary = ""},
    {.method = http::Method::kGet,
     .path = "/api/v1/who",
     .access = Access::kSignedIn,
     .endpoint = say_who,
     .summary = ""},

    {.method = http::Method::kGet,
     .path = "/api/v1/open/{}",
     .access = Access::kAnyone,
     .endpoint = say_segment,
     .summary = ""},
    {.method = http::Method::kPost,
     .path = "/api/v1/change",
     .access = Access::kViewer,
     .endpoint = say_who,
     .summary = ""},
};

TEST(Dispatcher, LeadsToTheEndpointOfTheRoute) {
  TestApi api(kRoutes);
  api.start();
  const Answer answer = api.ask("GET", "/api/v1/open/a%20b");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "\"a b\"");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_NE(api.ask("GET", "/api/v1/open/%zz").body.find("%zz"), std::string::npos);
  EXPECT_EQ(api.ask("GET", "/api/v1/none").status, 404);
  EXPECT_EQ(api.ask("DELETE", "/api/v1/change").status, 405);
}

TEST(Dispatcher, ChangesAreTakenFromItsOwnPagesWithASession) {
  TestApi api(kRoutes);
  api.add_user("ada@x", Role::kViewer);
  api.start();
  EXPECT_EQ(api.ask("POST", "/api/v1/change").status, 401);
  EXPECT_EQ(api.ask("POST", "/api/v1/change", {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(api.ask("POST", "/api/v1/change", {{"Content-Type", "text/plain"}}, "x").status, 415);
}

// Charts over a year, eight at once, and someone who wants to know whether she is signed in.
TEST(Dispatcher, SessionsDoNotWaitBehindSlowQuestions) {
  Gate own;
  gate = &own;
  TestApi api(kRoutes);
  api.add_user("ada@x", Role::kViewer);
  api.start();
  const std::string token = api.session_of("ada@x");
  std::vector<std::thread> slow;
  for (int i = 0; i < 8; ++i) {
    slow.emplace_back([&] { EXPECT_EQ(api.ask("GET", "/api/v1/slow").status, 200); });
  }
  own.wait_for_inside(4);
  const std::int64_t before_us = SystemClock().mono_us();
  const Answer who = api.ask("GET", "/api/v1/who", {{"Cookie", "penstock_session=" + token}});
  EXPECT_EQ(who.status, 200) << who.body;
  EXPECT_LT(SystemClock().mono_us() - before_us, 20'000'000);
  own.open();
  for (std::thread& one : slow) one.join();
}

TEST(Dispatcher, QuestionsHaveADeadlineFromWhenTheyAreBegun) {
  Gate own;
  gate = &own;
  TestApi api(kRoutes);
  api.start();
  Answer answer;
  std::thread asking([&] { answer = api.ask("GET", "/api/v1/deadline"); });
  own.wait_for_inside(1);
  api.clock().advance_ms(Dispatcher::kQuestionMsMax + 1);
  own.open();
  asking.join();
  EXPECT_EQ(answer.body, "\"over\"");
}

// The clock stands still, so that no deadline ends them: only that their clients go does.
TEST(Dispatcher, AQuestionWhoseClientHasGoneLeavesItsThread) {
  questions_begun = questions_ended = 0;
  TestApi api(kRoutes);
  std::vector<event::Row> rows(2'000);
  event::IdMaker ids(Random(1));
  for (event::Row& row : rows) {
    row.record.occurred_at_ms = row.record.received_at_ms = testing::kEventsNow - 1'000;
    row.record.id = ids.make(row.record.occurred_at_ms);
    row.record.project = "default";
    row.record.name = "pageview";
  }
  api.store(rows);
  api.start();
  using Client = penstock::testing::LoopbackClient;
  std::vector<std::unique_ptr<Client>> clients;
  const auto ask = [&] {
    clients.push_back(std::make_unique<Client>(api.port()));
    clients.back()->send("GET /api/v1/ever HTTP/1.1\r\nHost: localhost\r\n\r\n");
  };
  for (int i = 0; i < 5; ++i) ask();
  ASSERT_TRUE(penstock::testing::wait_for([] { return questions_begun == 4; }));
  ASSERT_TRUE(penstock::testing::wait_for([&] { return api.requests_arrived() == 5; }));

  clients.clear();
  EXPECT_TRUE(penstock::testing::wait_for([] { return questions_ended == 4; }));
  EXPECT_TRUE(
      penstock::testing::wait_for([&] { return api.server_counters().clients_gone.value() == 5; }));
  Gate open;
  open.open();
  gate = &open;
  EXPECT_EQ(api.ask("GET", "/api/v1/slow").status, 200);  // The lane is free.
  EXPECT_EQ(questions_begun, questions_ended);
}

TEST(Dispatcher, WhatWaitedTooLongIsToldToComeAgain) {
  Gate own;
  gate = &own;
  TestApi api(kRoutes);
  api.start();
  std::vector<std::thread> asking;
  std::atomic<int> busy{0};
  for (int i = 0; i < 5; ++i) {
    asking.emplace_back([&] {
      const Answer answer = api.ask("GET", "/api/v1/slow");
      if (answer.status != 503) return;
      EXPECT_EQ(answer.member("error"), "busy");
      EXPECT_EQ(answer.header("Retry-After"), "1");
      ++busy;
    });
  }
  own.wait_for_inside(4);
  // The fifth may still be on its way in; it came before the clock moved only once it was counted.
  while (api.requests_arrived() < 5) std::this_thread::yield();
  api.clock().advance_ms(Dispatcher::kQuestionMsMax + 1);
  own.open();
  for (std::thread& one : asking) one.join();
  EXPECT_EQ(busy, 1);
}

}  // namespace
}  // namespace penstock::console
