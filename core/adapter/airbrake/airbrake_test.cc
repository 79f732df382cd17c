#include "adapter/airbrake/airbrake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class AirbrakeTest : public ::testing::Test {
 protected:
  ProtocolProbe probe_{kAirbrakeProtocol};
};

TEST_F(AirbrakeTest, ReadsANoticeAndAnswersTheRowsId) {
  const auto got = probe_.post(
      "/api/v3/projects/105/notices",
      R"({"errors":[{"type":"TypeError","message":"Cannot ship","backtrace":[{"function":"f",)"
      R"("file":"/srv/a.js","line":15,"column":11}]},{"type":"RangeError","message":"m"}],)"
      R"("context":{"severity":"error","url":"https://s.example/p","user":{"id":"user-1"},)"
      R"("environment":"staging","version":"1.2.3","history":[{"type":"xhr"}],)"
      R"("windowError":true},"params":{"cart":3},"environment":{"PATH":"p"},"session":{}})",
      {{"Host", "e.example:81"}});
  EXPECT_EQ(got.outcome.status, 201);
  ASSERT_EQ(got.events.size(), 1u);
  const event::Record& event = got.events[0];
  const std::string id = event.id.hex();
  EXPECT_THAT(got.answer, EndsWith(str_cat(R"({"id":")", id, R"("})")));
  EXPECT_EQ(event.source, "airbrake");
  EXPECT_EQ(event.kind, "error");
  EXPECT_EQ(event.name, "TypeError");
  EXPECT_EQ(event.url, "https://s.example/p");
  EXPECT_EQ(event.user_id, "user-1");
  EXPECT_EQ(event.occurred_at_ms, ProtocolProbe::kNowMs);
  for (const std::string_view part :
       {R"("frames":[{"file":"/srv/a.js","function":"f","line":15,"in_app":true}])",
        R"("causes":[{"class":"RangeError","message":"m"}])", R"("release":"1.2.3")",
        R"("environment":"staging")", R"("level":"error")", R"("handled":false)",
        R"("breadcrumbs":[{"type":"xhr"}])", R"("user":{"id":"user-1"})",
        R"("sent":{"environment":{"PATH":"p"}})", R"("params":{"cart":3})"}) {
    EXPECT_THAT(event.properties, HasSubstr(std::string(part)));
  }
}

// Clients show people the link: it leads to the event in the console, or there is none.
TEST_F(AirbrakeTest, AnswersALinkIntoTheConsole) {
  for (const char* console : {"https://events.example", "https://events.example/"}) {
    probe_.origin.console_url = console;
    const auto got =
        probe_.post("/api/v3/projects/1/notices", R"({"errors":[{"type":"E","message":"m"}]})");
    ASSERT_EQ(got.events.size(), 1u);
    const std::string id = got.events[0].id.hex();
    EXPECT_THAT(got.answer,
                EndsWith(str_cat(R"({"id":")", id, R"(","url":"https://events.example/?event=)", id,
                                 R"("})")));
  }
}

TEST_F(AirbrakeTest, ReadsStatisticsAsMetrics) {
  for (const auto& [path, list] : {std::pair("routes-stats", "routes"),
                                   {"routes-breakdowns", "routes"},
                                   {"queries-stats", "queries"},
                                   {"queues-stats", "queues"}}) {
    const std::string body =
        str_cat(R"({"environment":"staging",")", list,
                R"(":[{"route":"/a","time":"2026-11-26T12:43:00.000Z","count":1},{},7]})");
    for (const http::Method method : {http::Method::kPost, http::Method::kPut}) {
      const auto got = probe_.ask(method, str_cat("/api/v5/projects/105/", path), body);
      EXPECT_EQ(got.outcome.status, 200);
      EXPECT_THAT(got.answer, EndsWith("{}"));
      ASSERT_EQ(got.events.size(), 1u);
      EXPECT_EQ(got.outcome.rejected.size(), 2u);
      EXPECT_EQ(got.events[0].kind, "metric");
      EXPECT_EQ(got.events[0].name, path);
      EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'696'980'000);
      EXPECT_THAT(got.events[0].properties, HasSubstr(R"("environment":"staging")"));
    }
  }
}

TEST_F(AirbrakeTest, AnswersTheConfiguration) {
  const auto got = probe_.get("/2020-06-18/config/105/config.json?&notifier_name=x");
  EXPECT_TRUE(got.events.empty());
  EXPECT_THAT(got.answer, HasSubstr(R"({"name":"apm","enabled":true)"));
}

TEST_F(AirbrakeTest, RefusesWhatHoldsNoError) {
  for (const auto& [body, status] : {std::pair("", 400),
                                     {"x", 400},
                                     {"{}", 422},
                                     {"[]x", 400},
                                     {R"({"errors":[]})", 422},
                                     {R"({"errors":[{"type":7},null,{"backtrace":[[]]}]})", 201},
                                     {R"({"errors":{"message":{}}})", 422}}) {
    const auto got = probe_.post("/api/v3/projects/105/notices", body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_EQ(got.events.empty(), status != 201) << body;
  }
  EXPECT_EQ(kAirbrakeProtocol.refusal(401, "unknown_key", "the key is unknown").body,
            R"({"message":"the key is unknown"})");
}

}  // namespace
}  // namespace penstock::adapter
