#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "adapter/native/native.h"
#include "base/bytes.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;

class EventsTest : public ::testing::Test {
 protected:
  EventsTest() {
    origin_.project = "shop";
    origin_.ip = "192.0.2.1";
    origin_.user_agent = "Mozilla/5.0";
    origin_.referrer = "https://page.example/";
    origin_.received_at_ms = kNow;
  }

  ReadOutcome post(std::string body, std::string_view type = "application/json",
                   bool partial = false) {
    body_ = std::move(body);
    reserve_padding(body_);
    return read_events(body_, type, partial, origin_, workspace_, sink_);
  }
  ReadOutcome post_lines(std::string body, bool partial = false) {
    return post(std::move(body), "application/x-ndjson", partial);
  }
  // Posts one event that must be taken, and gives its record.
  event::Record take(std::string body) {
    const ReadOutcome outcome = post(std::move(body));
    EXPECT_EQ(outcome.status, 202) << outcome.detail;
    EXPECT_EQ(outcome.accepted, 1u);
    return sink_.size() == 0 ? event::Record{} : sink_[sink_.size() - 1];
  }
  void expect_refusal(const ReadOutcome& outcome, int status, std::string_view error,
                      std::string_view detail) {
    EXPECT_EQ(outcome.status, status) << detail;
    EXPECT_EQ(outcome.error, error);
    EXPECT_EQ(outcome.detail, detail);
    EXPECT_EQ(outcome.accepted, 0u);
  }

  std::string body_;
  Origin origin_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
};

TEST_F(EventsTest, TakesAnEventWithAllItsMembers) {
  const event::Record record = take(R"({"id":"c1","name":"buy","time":"2026-11-24T10:00:00.5Z",
      "url":"https://a.example/x","referrer":"https://b.example/","user_id":"u","anonymous_id":"a",
      "session_id":5,"properties":{"plan":"pro"},"extra":[1]})");
  constexpr std::int64_t kTime = 1'795'514'400'500;
  EXPECT_EQ(record.id, event::id_of_client("shop", "c1", kTime));
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.source, "events");
  EXPECT_EQ(record.name, "buy");
  EXPECT_EQ(record.received_at_ms, kNow);
  EXPECT_EQ(record.occurred_at_ms, kTime);
  EXPECT_EQ(record.url, "https://a.example/x");
  EXPECT_EQ(record.referrer, "https://b.example/");
  EXPECT_EQ(record.ip, "192.0.2.1");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0");
  EXPECT_EQ(record.user_id, "u");
  EXPECT_EQ(record.anonymous_id, "a");
  EXPECT_EQ(record.session_id, "5");
  EXPECT_EQ(record.properties, R"({"plan":"pro","extra":[1]})");
}

TEST_F(EventsTest, CompletesWhatIsMissing) {
  const event::Record record = take(R"({"url":"https://a.example/"})");
  EXPECT_EQ(record.name, "pageview");
  EXPECT_EQ(record.occurred_at_ms, kNow);
  EXPECT_EQ(record.id.time_ms(), kNow);
  EXPECT_EQ(record.referrer, "");  // The header is the browser's page, not the event's.
  EXPECT_EQ(record.properties, "");
}

TEST_F(EventsTest, GivesARetryTheSameIdThroughoutADay) {
  const event::Record first = take(R"({"id":"c1","name":"buy"})");
  EXPECT_EQ(first.id.time_ms(), event::start_of_day(kNow));
  EXPECT_EQ(first.occurred_at_ms, kNow);
  origin_.received_at_ms += 600'000;
  EXPECT_EQ(take(R"({"id":"c1","name":"buy"})").id, first.id);
  EXPECT_EQ(take(R"({"id":1,"name":"buy"})").id,
            event::id_of_client("shop", "1", event::start_of_day(kNow)));
  EXPECT_NE(take(R"({"name":"buy"})").id, take(R"({"name":"buy"})").id);
}

TEST_F(EventsTest, KeepsATimeOutsideTheWindowAsAProperty) {
  const event::Record record = take(R"({"name":"n","id":"c","time":1600000000})");
  EXPECT_EQ(record.occurred_at_ms, kNow);
  EXPECT_EQ(record.id, event::id_of_client("shop", "c", event::start_of_day(kNow)));
  EXPECT_EQ(record.properties, R"({"time":1600000000})");
}

TEST_F(EventsTest, DoesNotLetABrowserChooseItsAddress) {
  const event::Record record =
      take(R"({"name":"n","ip":"203.0.113.5","user_agent":"x","project":"p"})");
  EXPECT_EQ(record.ip, "192.0.2.1");
  EXPECT_EQ(record.user_agent, "Mozilla/5.0");
  EXPECT_EQ(record.project, "shop");
  EXPECT_EQ(record.properties, R"({"project":"p","ip":"203.0.113.5","user_agent":"x"})");
}

TEST_F(EventsTest, LetsAServerNameItsClient) {
  origin_.is_server_side = true;
  const event::Record record = take(R"({"name":"n","ip":"2001:db8::1","user_agent":"x"})");
  EXPECT_EQ(record.ip, "2001:db8::1");
  EXPECT_EQ(record.user_agent, "x");
  EXPECT_EQ(record.properties, "");
  EXPECT_EQ(take(R"({"name":"n"})").ip, "192.0.2.1");
  expect_refusal(post(R"({"name":"n","ip":"here"})"), 422, "invalid_event",
                 "event 0: ip is not an address");
}

TEST_F(EventsTest, SpellsAnAddressAsEveryoneDoes) {
  origin_.is_server_side = true;
  const auto ip = [&](std::string_view text) {
    return std::string(take(str_cat(R"({"name":"n","ip":")", text, "\"}")).ip);
  };
  for (const char* text : {"2001:db8::9", "2001:DB8:0:0::9", "2001:0db8:0000:0000:0000:0000:0:0009",
                           "[2001:db8::9]:443", " 2001:db8::9 ", "2001:db8::0.0.0.9"}) {
    EXPECT_EQ(ip(text), "2001:db8::9") << text;
  }
  for (const char* text : {"192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207", "192.0.2.7:80"}) {
    EXPECT_EQ(ip(text), "192.0.2.7") << text;
  }
  for (const char* text : {"192.0.2", "192.0.2.256", "2001:db8::1::2", "here", "1"}) {
    EXPECT_EQ(post(str_cat(R"({"name":"n","ip":")", text, "\"}")).status, 422) << text;
  }
}

TEST_F(EventsTest, BelievesAServersTime) {
  origin_.is_server_side = true;
  const event::Record record = take(R"({"name":"n","id":"c","time":1600000000})");
  EXPECT_EQ(record.occurred_at_ms, 1'600'000'000'000);
  EXPECT_EQ(record.id, event::id_of_client("shop", "c", 1'600'000'000'000));
  EXPECT_EQ(record.properties, "");
}

TEST_F(EventsTest, PassesOverAByteOrderMark) {
  const std::string mark = "\xef\xbb\xbf";
  EXPECT_EQ(post(mark + R"({"name":"n"})").accepted, 1u);
  EXPECT_EQ(post(mark + " \n" + R"([{"name":"n"}])", "text/plain").accepted, 1u);
  EXPECT_EQ(post(mark + R"({"name":"n"})", "application/x-www-form-urlencoded").accepted, 1u);
  // Files that were put together have one in their middle.
  EXPECT_EQ(post_lines(mark + "{\"name\":\"a\"}\n" + mark + "{\"name\":\"b\"}\n" + mark).accepted,
            2u);
  expect_refusal(post(mark), 400, "empty_body", "the body holds no event");
  expect_refusal(post(mark + R"({"name":"n" "x":1})"), 400, "invalid_json",
                 "a comma or the end is missing at byte 15");
  EXPECT_EQ(post(mark + mark + R"({"name":"n"})").status, 400);
}

TEST_F(EventsTest, TellsTheKindOfAnEvent) {
  EXPECT_EQ(take(R"({"name":"n"})").kind, "event");
  EXPECT_EQ(take(R"({"url":"/"})").kind, "page");
  EXPECT_EQ(take(R"({"name":"n","kind":"metric"})").kind, "metric");
  expect_refusal(post(R"({"name":"n","kind":"track"})"), 422, "invalid_event",
                 "event 0: kind is none of event, page, error, identify, group, log, metric, span");
}

TEST_F(EventsTest, CutsAndRepairsTheUserAgentHeader) {
  const std::string agent = "caf\xe9 " + std::string(2000, 'x');
  origin_.user_agent = agent;
  const event::Record record = take(R"({"name":"n"})");
  EXPECT_EQ(record.user_agent.size(), 1024u);
  EXPECT_EQ(record.user_agent.substr(0, 7), "caf\xef\xbf\xbd ");
}

TEST_F(EventsTest, ReadsAnArray) {
  EXPECT_EQ(post(R"([{"name":"a"},{"name":"b"}])").accepted, 2u);
  EXPECT_EQ(sink_[1].name, "b");
  const ReadOutcome empty = post("[]");
  EXPECT_EQ(empty.status, 202);
  EXPECT_EQ(empty.accepted, 0u);
}

TEST_F(EventsTest, ReadsLines) {
  EXPECT_EQ(post_lines("{\"name\":\"a\"}\r\n\r\n{\"name\":\"b\\n\"}").accepted, 2u);
  EXPECT_EQ(sink_[0].name, "a");
  EXPECT_EQ(sink_[1].name, "b\n");
}

TEST_F(EventsTest, KnowsTheTypesThatClientsSend) {
  const std::string event = R"({"name":"n"})";
  for (const char* type :
       {"", "application/json", "APPLICATION/JSON; charset=utf-8", "text/plain;charset=UTF-8",
        "application/x-ndjson", "application/ndjson ", "application/jsonl",
        "application/x-jsonlines", "application/jsonlines; charset=utf-8", "text/json",
        "Text/JSON;charset=\"utf-8\"", "application/x-json", "application/vnd.api+json",
        "application/ld+JSON; charset=UTF-8", "application/stream+json", "application/x-ldjson",
        "application/x-www-form-urlencoded"}) {
    EXPECT_EQ(post(event, type).accepted, 1u) << type;
  }
  EXPECT_EQ(post("\n [" + event + "]", "application/x-www-form-urlencoded").accepted, 1u);
  for (const char* type : {"application/xml", "text/html", "multipart/form-data", "json", "+json",
                           "application/xml+jso"}) {
    expect_refusal(post(event, type), 415, "unsupported_type",
                   "send application/json or application/x-ndjson");
  }
  EXPECT_EQ(post("name=n", "application/x-www-form-urlencoded").status, 415);
}

TEST_F(EventsTest, SaysWhereTheSyntaxBroke) {
  expect_refusal(post(""), 400, "empty_body", "the body holds no event");
  expect_refusal(post(" \n"), 400, "empty_body", "the body holds no event");
  expect_refusal(post_lines("\n\r\n"), 400, "empty_body", "the body holds no event");
  expect_refusal(post(R"({"name":"n" "x":1})"), 400, "invalid_json",
                 "a comma or the end is missing at byte 12");
  expect_refusal(post(R"([{"name":"n"},)"), 400, "invalid_json",
                 "the text ends too early at byte 14");
  expect_refusal(post("{\"name\":\"\xff\"}"), 400, "invalid_json", "not UTF-8 at byte 9");
  expect_refusal(post("{\"name\":\"a\"}\n{\"name\":\"b\"}"), 400, "invalid_json",
                 "more text after the document at byte 13; one event a line is "
                 "application/x-ndjson");
  expect_refusal(post_lines("{\"name\":\"a\"}\n\n{\"name\":01}"), 400, "invalid_json",
                 "line 3: not a value at byte 8");
  expect_refusal(post_lines("{\"name\":\"a\"} x"), 400, "invalid_json",
                 "line 1: more text after the document at byte 13");
}

TEST_F(EventsTest, SaysWhichEventBreaksWhichRule) {
  expect_refusal(post("5"), 422, "invalid_event", "event 0: is not an object");
  expect_refusal(post(R"([{"name":"a"},"b"])"), 422, "invalid_event", "event 1: is not an object");
  expect_refusal(post(R"([{"name":"a"},{"user_id":1}])"), 422, "invalid_event",
                 "event 1: has neither a name nor a url");
  expect_refusal(post(R"({"name":"","url":"https://a.example/"})"), 422, "invalid_event",
                 "event 0: name is empty");
  expect_refusal(post(R"({"name":{"a":1},"url":5})"), 422, "invalid_event",
                 "event 0: name is not a text");
  expect_refusal(post_lines("{\"name\":\"a\"}\n\n{\"name\":[]}"), 422, "invalid_event",
                 "event 1 (line 3): name is not a text");
  expect_refusal(post_lines("{\"name\":\"a\"}\n[1]"), 422, "invalid_event",
                 "event 1 (line 2): is not an object");
}

TEST_F(EventsTest, RefusesAnEventThatTheSinkRefuses) {
  sink_.bytes_max = 300;
  const std::string large = str_cat("{\"name\":\"n\",\"x\":\"", std::string(300, 'x'), "\"}");
  expect_refusal(post(str_cat("[{\"name\":\"a\"},", large, "]")), 413, "event_too_large",
                 "event 1: is larger than ingest.max_event_bytes");
  const ReadOutcome partial =
      post(str_cat("[{\"name\":\"a\"},", large, ",{\"name\":\"b\"}]"), "", true);
  EXPECT_EQ(partial.status, 202);
  EXPECT_EQ(partial.accepted, 2u);
  ASSERT_EQ(partial.rejected.size(), 1u);
  EXPECT_EQ(partial.rejected[0].index, 1u);
}

std::string listed(const ReadOutcome& outcome) {
  std::string text = str_cat(outcome.status, " ", outcome.accepted);
  for (const Rejected& rejected : outcome.rejected) {
    text += str_cat("; ", rejected.index, " ", rejected.error);
  }
  return text;
}

TEST_F(EventsTest, TakesTheGoodOnesOfAPartialArray) {
  EXPECT_EQ(listed(post(R"([{"name":"a"},5,{"url":7,"x":{"y":[]}},{"name":"b"}])", "", true)),
            "202 2; 1 is not an object; 2 url is not a text");
  EXPECT_EQ(listed(post("{}", "", true)), "202 0; 0 has neither a name nor a url");
  expect_refusal(post(R"([{"name":"a"},5,{"name":"b"})", "", true), 400, "invalid_json",
                 "a comma or the end is missing at byte 28");
}

TEST_F(EventsTest, TakesTheGoodOnesOfPartialLines) {
  EXPECT_EQ(listed(post_lines("{\"name\":\"a\"}\n\n{\"name\":\n{\"name\":\"b\"} x\n5 5\n\"\xff\"\n"
                              "{\"name\":1}\n{\"name\":\"c\"}",
                              true)),
            "202 2; 1 the text ends too early at byte 8; 2 more text after the document at byte "
            "13; 3 is not an object; 4 not UTF-8 at byte 1; 5 name is not a text");
  ASSERT_EQ(sink_.size(), 2u);
  EXPECT_EQ(sink_[1].name, "c");
}

TEST_F(EventsTest, RefusesToListMoreThanItsLimit) {
  std::string lines;
  for (std::size_t i = 0; i < kRejectedMax; ++i) lines += "x\n";
  EXPECT_EQ(post_lines(lines, true).rejected.size(), kRejectedMax);
  expect_refusal(post_lines(lines + "x", true), 422, "invalid_event",
                 "more than 1000 events are invalid");
}

// A small body of very small events would otherwise become a thousand times as many bytes.
TEST_F(EventsTest, BoundsWhatOneRequestMayBecome) {
  class CountingSink final : public RecordSink {
   public:
    bool add(const event::Record& record) override {
      bytes += record.user_agent.size();
      return true;
    }
    std::size_t bytes = 0;
  };
  const std::string agent(1024, 'u');
  origin_.user_agent = agent;
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "{\"name\":\"n\"}\n";
  CountingSink sink;
  const ReadOutcome outcome =
      read_events(lines, "application/x-ndjson", false, origin_, workspace_, sink);
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.error, "request_too_large");
  EXPECT_LE(sink.bytes, kRequestRecordBytesMax);
}

TEST_F(EventsTest, GoesOnWithTheNextRequestAfterAFailure) {
  EXPECT_EQ(post(R"({"name":[],"x":)").status, 400);
  EXPECT_EQ(take(R"({"name":"n"})").properties, "");
}

}  // namespace
}  // namespace penstock::adapter
