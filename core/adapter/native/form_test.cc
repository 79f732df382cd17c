#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "adapter/native/native.h"
#include "base/bytes.h"
#include "base/text.h"
#include "event/limits.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;

class FormTest : public ::testing::Test {
 protected:
  FormTest() {
    origin_.project = "shop";
    origin_.ip = "192.0.2.1";
    origin_.user_agent = "Mozilla/5.0";
    origin_.received_at_ms = kNow;
  }

  ReadOutcome send(std::string_view pairs, std::string_view source = "collect") {
    if (source == "pixel") return read_pixel(pairs, origin_, workspace_, sink_);
    return read_collect({pairs, "", "", {}}, origin_, workspace_, sink_);
  }
  ReadOutcome post(std::string_view query, std::string body, std::string_view type = "",
                   std::vector<http::Header> headers = {}) {
    body_ = std::move(body);
    reserve_padding(body_);
    return read_collect({query, body_, type, headers}, origin_, workspace_, sink_);
  }
  event::Record last() const {
    return sink_.size() == 0 ? event::Record{} : sink_[sink_.size() - 1];
  }
  event::Record take(std::string_view pairs) {
    const ReadOutcome outcome = send(pairs);
    EXPECT_EQ(outcome.status, 204) << outcome.detail;
    return last();
  }

  std::string body_;
  Origin origin_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
};

TEST_F(FormTest, TakesPairsAsAnEvent) {
  const event::Record record = take(
      "name=sign+up&url=https%3A%2F%2Fa.example%2F%3Fq%3D1&user_id=7&plan=%22pro%22&key=SECRET"
      "&time=1795515830&properties=%7B%22a%22%3A%5B1%5D%7D&empty=");
  EXPECT_EQ(record.source, "collect");
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.name, "sign up");
  EXPECT_EQ(record.url, "https://a.example/?q=1");
  EXPECT_EQ(record.user_id, "7");
  EXPECT_EQ(record.occurred_at_ms, 1'795'515'830'000);
  EXPECT_EQ(record.properties, R"({"a":[1],"plan":"\"pro\"","empty":""})");
}

TEST_F(FormTest, KeepsAPercentThatMeansNothing) {
  const event::Record record =
      take("name=50%%20off&url=https://retailer.example/20%-off/&rate=5%&%=%2&a%zz=%zz&user_id=%");
  EXPECT_EQ(record.name, "50% off");
  EXPECT_EQ(record.url, "https://retailer.example/20%-off/");
  EXPECT_EQ(record.user_id, "%");
  EXPECT_EQ(record.properties, R"({"rate":"5%","%":"%2","a%zz":"%zz"})");
}

TEST_F(FormTest, AnswersAsItsRouteWants) {
  EXPECT_EQ(send("name=n", "pixel").status, 200);
  EXPECT_EQ(sink_[0].source, "pixel");
  EXPECT_EQ(send("name=n", "collect").status, 204);
  EXPECT_EQ(send("name=n", "collect").accepted, 1u);
}

TEST_F(FormTest, TakesTheRefererForThePage) {
  origin_.referrer = "https://page.example/";
  const event::Record pageview = take("");
  EXPECT_EQ(pageview.name, "pageview");
  EXPECT_EQ(pageview.url, "https://page.example/");
  EXPECT_EQ(pageview.referrer, "");
  EXPECT_EQ(take("url=https://own.example/").url, "https://own.example/");
  const std::string long_referer(9000, 'r');
  origin_.referrer = long_referer;
  const event::Record cut = take("name=n");
  EXPECT_EQ(cut.url.size(), event::kUrlBytesMax);
  EXPECT_EQ(cut.properties, R"({"penstock_cut":["url"]})");
}

TEST_F(FormTest, RepairsWhatIsNotUtf8) {
  origin_.referrer = "https://page.example/\xff";
  const event::Record record = take("name=%FF&x%E9=%C3%A9%80");
  EXPECT_EQ(record.name, "\xef\xbf\xbd");
  EXPECT_EQ(record.url, "https://page.example/\xef\xbf\xbd");
  EXPECT_EQ(record.properties, "{\"x\xef\xbf\xbd\":\"\xc3\xa9\xef\xbf\xbd\"}");
}

TEST_F(FormTest, KeepsAllOfARepeatedField) {
  EXPECT_EQ(take("name=n&tag=a&x=1&tag=b&tag=").properties, R"({"x":"1","tag":["a","b",""]})");
  EXPECT_EQ(take("name=a&name=b").name, "b");
}

TEST_F(FormTest, TakesWhatIsEmptyForNone) {
  EXPECT_EQ(take("name=n&time=&properties=&url=&kind=").properties, "");
  EXPECT_EQ(take("name=n&properties=%5B%5D").properties, "");
  EXPECT_EQ(post("", "\xef\xbb\xbfname=n").status, 204);
  EXPECT_EQ(take("name=a%00b").name,
            "a\xef\xbf\xbd"
            "b");
}

TEST_F(FormTest, GivesARetryTheSameId) {
  EXPECT_EQ(take("name=n&id=c1").id, event::id_of_client("shop", "c1", event::start_of_day(kNow)));
}

TEST_F(FormTest, SaysWhatIsWrong) {
  const auto refusal = [&](std::string_view pairs) {
    const ReadOutcome outcome = send(pairs);
    return str_cat(outcome.status, " ", outcome.error, ": ", outcome.detail);
  };
  EXPECT_EQ(refusal(""), "422 invalid_event: has neither a name nor a url");
  EXPECT_EQ(refusal("name=n&time=soon"),
            "422 invalid_event: time is neither RFC 3339 nor a Unix time");
  EXPECT_EQ(refusal("name=&url=%2F"), "422 invalid_event: name is empty");
  EXPECT_EQ(refusal("name=n&properties=%5B1%5D"), "422 invalid_event: properties is not an object");
  EXPECT_EQ(refusal("name=n&properties=%7B"), "422 invalid_event: properties is not JSON");
  EXPECT_EQ(refusal("name=n&properties=5"), "422 invalid_event: properties is not an object");
  sink_.bytes_max = 10;
  EXPECT_EQ(send("name=n").status, 413);
  EXPECT_EQ(sink_.size(), 0u);
}

// What navigator.sendBeacon(url) sends.
TEST_F(FormTest, TakesTheQueryOfAPostWithoutABody) {
  origin_.referrer = "https://page.example/";
  EXPECT_EQ(post("name=n&plan=pro", "").status, 204);
  EXPECT_EQ(last().name, "n");
  EXPECT_EQ(last().url, "https://page.example/");
  EXPECT_EQ(last().properties, R"({"plan":"pro"})");
  EXPECT_EQ(sink_.size(), 1u);
}

TEST_F(FormTest, TakesQueryAndBodyTogether) {
  EXPECT_EQ(post("name=n&plan=pro&user_id=q&key=K", "user_id=b&x=1&plan=free").status, 204);
  EXPECT_EQ(last().name, "n");
  EXPECT_EQ(last().user_id, "b");
  EXPECT_EQ(last().properties, R"({"x":"1","plan":["pro","free"]})");
}

TEST_F(FormTest, TakesAJsonBodyForTheEventThatItIs) {
  origin_.referrer = "https://page.example/";
  for (const char* type : {"application/json", "text/plain;charset=UTF-8", "", "text/json",
                           "application/x-www-form-urlencoded", "application/cloudevents+json"}) {
    EXPECT_EQ(post("", R"( {"name":"j","n":1})", type).status, 204) << type;
    EXPECT_EQ(last().name, "j");
    EXPECT_EQ(last().source, "collect");
    EXPECT_EQ(last().url, "");
    EXPECT_EQ(last().properties, R"({"n":1})");
  }
  const std::size_t before = sink_.size();
  EXPECT_EQ(post("", R"([{"name":"a"},{"name":"b"}])").accepted, 2u);
  EXPECT_EQ(post("", "{\"name\":\"a\"}\n{\"name\":\"b\"}", "application/x-ndjson").accepted, 2u);
  EXPECT_EQ(sink_.size(), before + 4);
  // What it does not say itself, the query does.
  EXPECT_EQ(post("name=q&user_id=7&plan=pro", R"({"user_id":"8"})").status, 204);
  EXPECT_EQ(last().name, "q");
  EXPECT_EQ(last().user_id, "8");
  EXPECT_EQ(last().properties, R"({"plan":"pro"})");
}

TEST_F(FormTest, InventsNoPageViewOfABodyThatItCannotRead) {
  origin_.referrer = "https://page.example/";
  EXPECT_EQ(post("", R"({"name":"j")").status, 400);
  EXPECT_EQ(post("", R"({"plan":"pro"})").status, 422);
  for (const char* type : {"multipart/form-data; boundary=x", "application/octet-stream",
                           "text/html", "application/xml", "image/png"}) {
    const ReadOutcome outcome = post("", "name=n", type);
    EXPECT_EQ(outcome.status, 415) << type;
    EXPECT_EQ(outcome.error, "unsupported_type");
  }
  EXPECT_EQ(sink_.size(), 0u);
}

// A server that mirrors requests cannot escape what strangers put into them.
TEST_F(FormTest, TakesMembersFromHeadersAsTheyAre) {
  for (const char* hostile :
       {"https://www.search.example/s?q=shoes&hl=de", "https://retailer.example/20%-off/",
        "https://a.example/?x=1&name=signup&user_id=admin", "a&url=https://evil.example/",
        "%00%zz+ \"'<>", "a&key=nope", "\xc3\xa9"}) {
    const ReadOutcome outcome = post("", "", "",
                                     {{"X-Penstock-Name", "request"},
                                      {"x-penstock-url", "https://h/page"},
                                      {"X-PENSTOCK-REFERRER", hostile}});
    EXPECT_EQ(outcome.status, 204) << hostile;
    EXPECT_EQ(last().name, "request");
    EXPECT_EQ(last().url, "https://h/page");
    EXPECT_EQ(last().referrer, hostile);
    EXPECT_EQ(last().user_id, "");
    EXPECT_EQ(last().properties, "");
  }
}

TEST_F(FormTest, LetsNothingElseSetWhatAHeaderNames) {
  const std::vector<http::Header> headers = {{"X-Penstock-Name", "request"},
                                             {"X-Penstock-Referrer", ""}};
  EXPECT_EQ(post("name=q&kind=log&referrer=r&user_id=u", "name=b&referrer=r", "", headers).status,
            204);
  EXPECT_EQ(last().name, "request");
  EXPECT_EQ(last().kind, "log");
  EXPECT_EQ(last().referrer, "");
  EXPECT_EQ(last().user_id, "u");
  EXPECT_EQ(post("", R"({"name":"j","a":1})", "", headers).status, 204);
  EXPECT_EQ(last().name, "request");
  EXPECT_EQ(last().properties, R"({"a":1})");
}

TEST_F(FormTest, HoldsAHeadersMembersToTheSameRules) {
  EXPECT_EQ(post("", "", "", {{"X-Penstock-Name", "n"}, {"X-Penstock-Ip", "2001:DB8::1"}}).status,
            204);
  EXPECT_EQ(last().ip, "192.0.2.1");
  EXPECT_EQ(last().properties, R"({"ip":"2001:DB8::1"})");
  origin_.is_server_side = true;
  EXPECT_EQ(post("", "", "",
                 {{"X-Penstock-Name", "n"},
                  {"X-Penstock-Ip", "2001:DB8:0::1"},
                  {"X-Penstock-User-Agent", "a"},
                  {"X-Penstock-Time", "2015-03-01T00:00:00Z"},
                  {"X-Penstock-Properties", R"({"status":404})"}})
                .status,
            204);
  EXPECT_EQ(last().ip, "2001:db8::1");
  EXPECT_EQ(last().user_agent, "a");
  EXPECT_EQ(last().occurred_at_ms, 1'425'168'000'000);
  EXPECT_EQ(last().properties, R"({"status":404})");
  const std::string long_name(257, 'n');
  EXPECT_EQ(post("", "", "", {{"X-Penstock-Name", long_name}}).status, 422);
}

TEST_F(FormTest, KeepsEarlierTextsGoodInALongForm) {
  std::string pairs = "name=first";
  for (int i = 0; i < 2000; ++i) pairs += str_cat("&p", i, "=%FF%FF%FF%FF");
  const event::Record record = take(pairs);
  EXPECT_EQ(record.name, "first");
  EXPECT_EQ(record.properties.substr(0, 7), R"({"p0":")");
}

}  // namespace
}  // namespace penstock::adapter
