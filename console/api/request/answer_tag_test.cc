// Over a real store, by an endpoint that says how many events there are.
#include "console/api/request/answer_tag.h"

#include <chrono>
#include <filesystem>
#include <fstream>

#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "console/api/request/test_api.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::TestApi;

constexpr std::int64_t kDay = 86'400'000;

http::Response count_events(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const AnswerTag tag(call, services, query.question(range), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  auto summary = services.queries->summary(range, filter);
  if (!summary) return failure_answer(summary.error());
  return tag.put_on(json_answer(str_cat(summary->events)));
}

constexpr Route kRoutes[] = {{.method = http::Method::kGet,
                              .path = "/api/v1/count",
                              .access = Access::kAnyone,
                              .endpoint = count_events,
                              .lane = Lane::kQuestions,
                              .summary = ""}};

class AnswerTagTest : public ::testing::Test {
 protected:
  void SetUp() override {
    put(kEventsNow - 60'000);
    console_.start();
  }

  void put(std::int64_t at_ms) {
    event::Row row;
    row.record.occurred_at_ms = at_ms;
    row.record.received_at_ms = kEventsNow;
    row.record.id = ids_.make(at_ms);
    row.record.project = "default";
    row.record.name = "pageview";
    console_.store({row});
    settle();
  }

  // As if what is new had been stored an hour ago: it would have another tag each time. The rest is
  // not touched, which would be a change too.
  void settle() const {
    namespace fs = std::filesystem;
    const auto now = fs::file_time_type::clock::now();
    for (const auto& file : fs::directory_iterator(console_.settings().store_path)) {
      const bool is_new = now - fs::last_write_time(file) < std::chrono::minutes(30);
      if (is_new) fs::last_write_time(file, now - std::chrono::hours(1));
    }
  }

  std::string day_file(std::int64_t at_ms) const {
    return str_cat(console_.settings().store_path, '/', day_text(at_ms), ".db");
  }

  Answer get(std::string_view query, std::string known = "") const {
    testing::Headers headers;
    if (!known.empty()) headers.emplace_back("If-None-Match", std::move(known));
    return console_.ask("GET", str_cat("/api/v1/count?", query), headers);
  }

  TestApi console_{kRoutes};
  event::IdMaker ids_{Random(1)};
  // Two days of the store.
  const std::string days_ = str_cat("from=", kEventsNow - kDay, "&to=", kEventsNow);
};

TEST_F(AnswerTagTest, AnAnswerIsNotRepeated) {
  const Answer first = get(days_);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body, "1");
  const std::string tag = first.header("ETag");
  ASSERT_FALSE(tag.empty());
  EXPECT_EQ(first.header("Cache-Control"), "private, no-cache");

  for (const std::string& known : {tag, str_cat("\"x\", ", tag), tag.substr(2), std::string("*")}) {
    const Answer again = get(days_, known);
    EXPECT_EQ(again.status, 304) << known;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(again.header("ETag"), tag);
    EXPECT_EQ(again.header("Cache-Control"), "private, no-cache");
    EXPECT_EQ(again.header("Content-Type"), "");
    EXPECT_FALSE(again.header("Date").empty());
    EXPECT_FALSE(again.header("Content-Security-Policy").empty());
  }
  EXPECT_EQ(get(days_, "\"x\"").status, 200);
}

TEST_F(AnswerTagTest, ANewRowOfItsDaysMakesAnother) {
  const std::string tag = get(days_).header("ETag");
  put(kEventsNow - 2 * 60'000);
  const Answer second = get(days_, tag);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, "2");

  // A late one, whose day was closed long ago.
  put(kEventsNow - kDay + 60'000);
  const Answer third = get(days_, second.header("ETag"));
  EXPECT_EQ(third.status, 200);
  EXPECT_EQ(third.body, "3");
  EXPECT_EQ(get(days_, third.header("ETag")).status, 304);
}

TEST_F(AnswerTagTest, ARowOfAnotherDayDoesNot) {
  const std::string yesterday = str_cat("from=", kEventsNow - 4 * kDay, "&to=", kEventsNow - kDay);
  put(kEventsNow - 2 * kDay);
  const std::string tag = get(yesterday).header("ETag");
  put(kEventsNow - 120'000);
  put(kEventsNow - 8 * kDay);
  EXPECT_EQ(get(yesterday, tag).status, 304);
}

TEST_F(AnswerTagTest, AnotherQuestionHasAnother) {
  const std::string tag = get(days_).header("ETag");
  for (const char* more : {"&path=/a", "&project=x", "&project=default"}) {
    EXPECT_EQ(get(str_cat(days_, more), tag).status, 200) << more;
  }
  EXPECT_EQ(get(str_cat("from=", kEventsNow - kDay, "&to=", kEventsNow - 1), tag).status, 200);
  // The same in other words.
  EXPECT_EQ(get(str_cat("to=", kEventsNow / 1000, "&from=", kEventsNow - kDay), tag).status, 304);
}

TEST_F(AnswerTagTest, AFaultyQuestionIsToldWhateverIsKnown) {
  for (const char* known : {"*", "\"x\""}) {
    const Answer answer = get("from=never", known);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.header("ETag"), "");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  }
}

TEST_F(AnswerTagTest, WhatLeavesDaysOutIsAskedAnew) {
  const std::string tag = get(days_).header("ETag");
  const std::string path = day_file(kEventsNow);
  std::filesystem::rename(path, path + ".kept");
  std::ofstream(path) << "this is no database, and long enough to be none for certain";
  settle();
  for (const std::string& known : {tag, std::string("*")}) {
    const Answer without = get(days_, known);
    EXPECT_EQ(without.status, 200);
    EXPECT_EQ(without.body, "0");
    EXPECT_EQ(without.header("ETag"), "");
    EXPECT_EQ(without.header("Cache-Control"), "no-store");
  }
  std::filesystem::rename(path + ".kept", path);
  EXPECT_EQ(get(days_).body, "1");
}

}  // namespace
}  // namespace penstock::console
