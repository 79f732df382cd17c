#include "adapter/mixpanel/mixpanel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"
#include "crypto/base64.h"

namespace penstock::adapter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string data_of(std::string_view json) { return "data=" + crypto::encode_base64(json); }

class MixpanelTest : public ::testing::Test {
 protected:
  event::Record only(const ProtocolProbe::Got& got) {
    EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
    EXPECT_EQ(got.events.size(), 1u);
    return got.events.empty() ? event::Record() : got.events[0];
  }
  event::Record tracked(std::string_view json) { return only(probe_.post("/track", json)); }

  ProtocolProbe probe_{kMixpanelProtocol};
};

TEST_F(MixpanelTest, ReadsAnEventOfAQuery) {
  const auto got = probe_.get(
      "/track?ip=0&verbose=0&" +
      data_of(
          R"({"event":"Signed up","properties":{"distinct_id":"user-1","$insert_id":"i-1",)"
          R"("$user_id":"user-1","$device_id":"device-1","time":1795696984629,"plan":"pro",)"
          R"("$current_url":"https://shop.example/a?q=%C3%BC","$referrer":"https://r.example/",)"
          R"("token":"shop","mp_lib":"node"}})"));
  const event::Record record = only(got);
  EXPECT_THAT(got.answer, HasSubstr("text/plain"));
  EXPECT_THAT(got.answer, EndsWith("\r\n\r\n1"));
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.source, "mixpanel");
  EXPECT_EQ(record.kind, "event");
  EXPECT_EQ(record.name, "Signed up");
  EXPECT_EQ(record.user_id, "user-1");
  EXPECT_EQ(record.anonymous_id, "device-1");
  EXPECT_EQ(record.url, "https://shop.example/a?q=%C3%BC");
  EXPECT_EQ(record.referrer, "https://r.example/");
  EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629);
  EXPECT_TRUE(record.id.is_from_client());
  EXPECT_THAT(record.properties, HasSubstr(R"("plan":"pro","mp_lib":"node")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("$insert_id":"i-1")"));
  EXPECT_THAT(record.properties, HasSubstr(R"("time":1795696984629)"));
  EXPECT_THAT(record.properties, Not(HasSubstr("token")));
}

TEST_F(MixpanelTest, ReadsTheSameInEveryForm) {
  const std::string json = R"({"event":"a+b >?","properties":{"token":"shop"}})";
  const std::string raw = data_of(json);
  ASSERT_NE(raw.find('+'), std::string::npos);
  std::string escaped = raw;
  escaped.replace(escaped.find('+'), 1, "%2B");
  const std::string in_url =
      "data=%7B%22event%22:%22a%2Bb+%3E?%22,%22properties%22:%7B%22token%22:%22shop%22%7D%7D";
  for (const std::string& body :
       {json, "[" + json + "]", "\n " + json, raw, escaped, "verbose=0&" + raw + "&ip=1", in_url}) {
    for (const char* type : {"", "text/plain;charset=UTF-8", "application/json",
                             "application/x-www-form-urlencoded", "image/png"}) {
      SCOPED_TRACE(str_cat(body, " as ", type));
      const event::Record record = only(probe_.post("/track", body, {{"Content-Type", type}}));
      EXPECT_EQ(record.name, "a+b >?");
      EXPECT_EQ(record.project, "shop");
    }
  }
  EXPECT_EQ(only(probe_.get("/track?" + raw)).name, "a+b >?");
  EXPECT_EQ(only(probe_.get("/track?" + in_url)).name, "a+b >?");
  EXPECT_EQ(only(probe_.post("/track?" + raw, "")).name, "a+b >?");
}

TEST_F(MixpanelTest, ReadsLines) {
  const std::string lines =
      "{\"event\":\"A\",\"properties\":{\"token\":\"shop\"}}\r\n"
      "{\"event\":\"B\",\"properties\":{}}\n{bad}\n";
  for (const char* type : {"application/x-ndjson", "application/json", ""}) {
    const auto got = probe_.post("/import", lines, {{"Content-Type", type}});
    ASSERT_EQ(got.events.size(), 2u) << type;
    EXPECT_EQ(got.events[1].name, "B");
    EXPECT_EQ(got.outcome.rejected.size(), 1u);
  }
  // One document of several lines.
  EXPECT_EQ(probe_.post("/import", "[{\"event\":\"A\"},\n{\"event\":\"B\"}\n]").events.size(), 2u);
  EXPECT_EQ(probe_.post("/import", "{\n\"event\":\"A\",\"properties\":{}\n}").events.size(), 1u);
}

TEST_F(MixpanelTest, JoinsTheSurrogatesOfTheBrowsersLibrary) {
  const event::Record record = only(probe_.post(
      "/track",
      data_of("{\"event\":\"\xed\xa0\xbd\xed\xba\x80\",\"properties\":{\"x\":\"\xff\\u0000\"}}")));
  EXPECT_EQ(record.name, "\xf0\x9f\x9a\x80");
  EXPECT_THAT(record.properties, HasSubstr("\xef\xbf\xbd"));
}

TEST_F(MixpanelTest, TellsUsersFromDevices) {
  const auto of = [this](std::string_view properties) {
    const event::Record record =
        tracked(str_cat(R"({"event":"E","properties":{)", properties, "}}"));
    return str_cat(record.user_id, "|", record.anonymous_id);
  };
  EXPECT_EQ(of(R"("distinct_id":"$device:d","$device_id":"d")"), "|d");
  EXPECT_EQ(of(R"("distinct_id":"$device:d")"), "|d");
  EXPECT_EQ(of(R"("distinct_id":"d","$device_id":"d")"), "|d");
  EXPECT_EQ(of(R"("distinct_id":"u","$device_id":"d")"), "u|d");
  EXPECT_EQ(of(R"("distinct_id":"x","$user_id":"u","$device_id":"d")"), "u|d");
  EXPECT_EQ(of(R"("distinct_id":17)"), "17|");
  EXPECT_EQ(of(R"("distinct_id":null,"$user_id":{},"$device_id":["d"])"), "|");
  EXPECT_THAT(tracked(R"({"event":"E","properties":{"distinct_id":"$device:d"}})").properties,
              HasSubstr(R"("distinct_id":"$device:d")"));
}

TEST_F(MixpanelTest, TellsKinds) {
  const auto kind = [this](std::string_view name) {
    return std::string(tracked(str_cat(R"({"event":")", name, R"(","properties":{}})")).kind);
  };
  EXPECT_EQ(kind("$mp_web_page_view"), "page");
  EXPECT_EQ(kind("$identify"), "identify");
  EXPECT_EQ(kind("$create_alias"), "identify");
  EXPECT_EQ(kind("Bought"), "event");
}

TEST_F(MixpanelTest, TakesTimesOfEveryUnit) {
  for (const char* time : {"1795696984.629", "1795696984629", "\"1795696984629\"",
                           "\"2026-11-26T12:43:04.629Z\"", "1795696984629000"}) {
    const event::Record record =
        tracked(str_cat(R"({"event":"E","properties":{"time":)", time, "}}"));
    EXPECT_EQ(record.occurred_at_ms, 1'795'696'984'629) << time;
  }
  for (const char* time : {"null", "{}", "\"soon\"", "true"}) {
    const event::Record record =
        tracked(str_cat(R"({"event":"E","properties":{"time":)", time, "}}"));
    EXPECT_EQ(record.occurred_at_ms, ProtocolProbe::kNowMs) << time;
  }
}

TEST_F(MixpanelTest, BelievesTheAddressesOfServersAlone) {
  const char* json = R"({"event":"E","properties":{"ip":"198.51.100.7"}})";
  const event::Record of_page = tracked(json);
  EXPECT_EQ(of_page.ip, "192.0.2.1");
  EXPECT_THAT(of_page.properties, HasSubstr(R"("ip":"198.51.100.7")"));
  probe_.origin.is_server_side = true;
  EXPECT_EQ(tracked(json).ip, "198.51.100.7");
}

TEST_F(MixpanelTest, NamesUpdatesAfterWhatTheyDo) {
  const event::Record profile = only(probe_.get(
      "/engage?" + data_of(R"({"$token":"shop","$distinct_id":"user-1","$time":1795696984629,)"
                           R"("$set":{"$email":"a@shop.example"}})")));
  EXPECT_EQ(profile.project, "shop");
  EXPECT_EQ(profile.kind, "identify");
  EXPECT_EQ(profile.name, "$set");
  EXPECT_EQ(profile.user_id, "user-1");
  EXPECT_EQ(profile.occurred_at_ms, 1'795'696'984'629);
  EXPECT_THAT(profile.properties, HasSubstr(R"("$set":{"$email":"a@shop.example"})"));
  EXPECT_THAT(profile.properties, Not(HasSubstr("token")));

  const auto got = probe_.post(
      "/groups", data_of(R"([{"$group_key":"company","$group_id":"Acme","$token":"shop",)"
                         R"("$remove":{"a":"b"}},{"$group_key":"company","$group_id":7,)"
                         R"("$delete":""},{"$unset":["a"],"$set":null},{"$token":"x"}])"));
  ASSERT_EQ(got.events.size(), 3u);
  EXPECT_EQ(got.events[0].kind, "group");
  EXPECT_EQ(got.events[0].name, "$remove");
  EXPECT_EQ(got.events[0].properties,
            R"({"$remove":{"a":"b"},"$group_key":"company","$group_id":"Acme"})");
  EXPECT_EQ(got.events[1].name, "$delete");
  EXPECT_THAT(got.events[1].properties, HasSubstr(R"("$group_id":7)"));
  EXPECT_EQ(got.events[2].name, "$unset");
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
}

TEST_F(MixpanelTest, AnswersAsItIsAsked) {
  const char* json = R"({"event":"E","properties":{}})";
  const auto answer = [&](std::string_view query) {
    return probe_.post(str_cat("/track?", query), json).answer;
  };
  EXPECT_THAT(answer("verbose=0"), EndsWith("\r\n\r\n1"));
  EXPECT_THAT(answer("verbose=1&ip=1"), EndsWith(R"({"status":1,"error":null})"));
  EXPECT_THAT(answer("verbose=1"), HasSubstr("application/json"));
  EXPECT_THAT(answer("img=1"), HasSubstr("image/gif"));
  EXPECT_THAT(answer("callback=a.b[0]"), EndsWith("\r\n\r\na.b[0](1);"));
  EXPECT_THAT(answer("callback=alert(1)//"), EndsWith("\r\n\r\n1"));
  EXPECT_THAT(answer("callback=f&verbose=1"), EndsWith(R"(f({"status":1,"error":null});)"));
  EXPECT_THAT(probe_.post("/track", "verbose=1&" + data_of(json)).answer,
              HasSubstr("\"status\":1"));
  EXPECT_THAT(probe_.post("/import", "[{\"event\":\"A\"},3]").answer,
              EndsWith(R"({"code":200,"num_records_imported":1,"status":"OK",)"
                       R"("failed_records":[{"index":1,"message":"is not an object"}]})"));
  // The Node package's import, which wants a 1.
  EXPECT_THAT(probe_.get("/import?" + data_of(json)).answer, EndsWith("\r\n\r\n1"));
  EXPECT_THAT(probe_.post("/import", data_of(json)).answer, EndsWith("\r\n\r\n1"));
}

TEST_F(MixpanelTest, TellsAStrictImportOfWhatWasLeftOut) {
  const auto got = probe_.post("/import?strict=1", "[{\"event\":\"A\"},3]");
  EXPECT_EQ(got.outcome.status, 400);
  EXPECT_EQ(got.outcome.accepted, 1u);
  EXPECT_EQ(got.events.size(), 1u);
  EXPECT_THAT(got.outcome.own_answer,
              EndsWith(R"({"code":400,"num_records_imported":1,"status":"Bad Request",)"
                       R"("error":"some data points in the request failed validation",)"
                       R"("failed_records":[{"index":1,"message":"is not an object"}]})"));
  const auto none = probe_.post("/import?strict=1", "[3]");
  EXPECT_EQ(none.outcome.status, 400);
  EXPECT_THAT(none.outcome.own_answer,
              EndsWith(R"({"code":400,"num_records_imported":0,"status":"Bad Request",)"
                       R"("error":"event 0: is not an object"})"));
  EXPECT_EQ(probe_.post("/import?strict=1", "[{\"event\":\"A\"}]").outcome.status, 200);
  EXPECT_EQ(probe_.post("/import?strict=0", "[{\"event\":\"A\"},3]").outcome.status, 200);
  // The libraries' own, in a form, looks at the body alone.
  EXPECT_EQ(probe_.post("/import?strict=1", data_of(R"([{"event":"A"},3])")).outcome.status, 200);
  EXPECT_EQ(probe_.post("/track?strict=1", "[{\"event\":\"A\"},3]").outcome.status, 200);
}

TEST_F(MixpanelTest, LeavesOutTheAddressWhereItIsAskedTo) {
  const char* plain = R"({"event":"E","properties":{}})";
  const char* telling = R"({"event":"E","properties":{"ip":"198.51.100.7"}})";
  EXPECT_EQ(only(probe_.post("/track?ip=0", plain)).ip, "");
  EXPECT_EQ(only(probe_.post("/track", "ip=0&" + data_of(plain))).ip, "");
  EXPECT_EQ(only(probe_.get("/engage?ip=0&" + data_of(R"({"$set":{"a":1}})"))).ip, "");
  EXPECT_EQ(only(probe_.post("/track?ip=1", plain)).ip, "192.0.2.1");
  EXPECT_EQ(only(probe_.post("/track?ip=", plain)).ip, "192.0.2.1");
  EXPECT_EQ(only(probe_.post("/track", plain)).ip, "192.0.2.1");
  // A server knows its visitors' and asks for its own to be left out.
  EXPECT_EQ(only(probe_.post("/track?ip=0", telling)).ip, "");
  probe_.origin.is_server_side = true;
  EXPECT_EQ(only(probe_.post("/track?ip=0", telling)).ip, "198.51.100.7");
  EXPECT_EQ(only(probe_.post("/track?ip=0", plain)).ip, "");
}

TEST_F(MixpanelTest, RefusesWhatHoldsNoEvent) {
  for (const auto& [body, status] : {std::pair<std::string, int>("", 400),
                                     {"x", 400},
                                     {"data", 400},
                                     {"data=", 400},
                                     {"data=!!!", 400},
                                     {"data=eyJ", 400},
                                     {data_of("plain"), 400},
                                     {data_of("{\"event\":\"E\""), 400},
                                     {data_of("[3,null,[]]"), 422},
                                     {data_of("7"), 422},
                                     {"{\"event\":\"\"}", 422},
                                     {"{\"properties\":{\"$current_url\":\"https://a/\"}}", 422},
                                     {"{\"event\":{\"a\":1}}", 422},
                                     {"{\"event\":\"E\"} x", 400}}) {
    const auto got = probe_.post("/track", body);
    EXPECT_EQ(got.outcome.status, status) << body;
    EXPECT_TRUE(got.events.empty() || status == 400) << body;
    EXPECT_THAT(got.outcome.own_answer, EndsWith("\r\n\r\n0")) << body;
    EXPECT_THAT(probe_.post("/track?verbose=1", body).outcome.own_answer,
                HasSubstr(R"({"status":0,"error":")"));
  }
  EXPECT_EQ(probe_.get("/track").outcome.status, 400);
  EXPECT_EQ(probe_.post("/track", "[]").outcome.status, 200);
}

TEST_F(MixpanelTest, FindsTheKeyOfAnImport) {
  http::Request request;
  std::string scratch;
  const http::Header basic[] = {{"Authorization", "Basic c2hvcDo="}};
  request.headers = basic;
  request.query = "api_key=other";
  EXPECT_EQ(kMixpanelProtocol.own_key(request, scratch), "shop");
  request.headers = {};
  EXPECT_EQ(kMixpanelProtocol.own_key(request, scratch), "other");
  request.query = "";
  EXPECT_EQ(kMixpanelProtocol.own_key(request, scratch), "");
}

TEST_F(MixpanelTest, KeepsMembersOfOtherTypes) {
  const event::Record record =
      tracked(R"({"event":5,"properties":{"$insert_id":{"a":1},"token":["t"],"$current_url":7,)"
              R"("distinct_id":true,"time":[1],"$referrer":null},"more":[1,{"b":"c"}]})");
  EXPECT_EQ(record.name, "5");
  EXPECT_FALSE(record.id.is_from_client());
  for (const char* kept : {R"("$insert_id":{"a":1})", R"("distinct_id":true)", R"("time":[1])",
                           R"("more":[1,{"b":"c"}])"}) {
    EXPECT_THAT(record.properties, HasSubstr(kept));
  }
  EXPECT_EQ(tracked(R"({"event":"E","properties":"text"})").properties, R"({"properties":"text"})");
}

}  // namespace
}  // namespace penstock::adapter
