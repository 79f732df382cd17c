#include <gtest/gtest.h>

#include "adapter/adapter.h"
#include "adapter/list_sink.h"
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

  Outcome send(std::string_view pairs, std::string_view source = "collect") {
    return read_form(pairs, source, origin_, workspace_, sink_);
  }
  event::Record take(std::string_view pairs) {
    const Outcome outcome = send(pairs);
    EXPECT_EQ(outcome.status, 204) << outcome.detail;
    return sink_.size() == 0 ? event::Record{} : sink_[sink_.size() - 1];
  }

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
  EXPECT_EQ(take("\xef\xbb\xbfname=n").name, "n");
  EXPECT_EQ(take("name=a%00b").name,
            "a\xef\xbf\xbd"
            "b");
}

TEST_F(FormTest, GivesARetryTheSameId) {
  EXPECT_EQ(take("name=n&id=c1").id, event::id_of_client("shop", "c1", event::start_of_day(kNow)));
}

TEST_F(FormTest, SaysWhatIsWrong) {
  const auto refusal = [&](std::string_view pairs) {
    const Outcome outcome = send(pairs);
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

TEST_F(FormTest, KeepsEarlierTextsGoodInALongForm) {
  std::string pairs = "name=first";
  for (int i = 0; i < 2000; ++i) pairs += str_cat("&p", i, "=%FF%FF%FF%FF");
  const event::Record record = take(pairs);
  EXPECT_EQ(record.name, "first");
  EXPECT_EQ(record.properties.substr(0, 7), R"({"p0":")");
}

}  // namespace
}  // namespace penstock::adapter
