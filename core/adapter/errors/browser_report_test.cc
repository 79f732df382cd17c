#include "adapter/errors/browser_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"
#include "base/bytes.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kNowMs = 1'795'696'990'000;

class BrowserReportTest : public ::testing::Test {
 protected:
  event::Record only(std::string body) {
    reserve_padding(body);
    const auto open = [](std::string_view) { return true; };
    const Context context{origin_, workspace_, sink_, open};
    ItemReader reader(kBrowserReportShape, "report", context);
    reader.read_document(body);
    outcome_ = reader.outcome();
    return sink_.size() == 0 ? event::Record() : sink_[sink_.size() - 1];
  }

  Origin origin_{.project = "default", .received_at_ms = kNowMs};
  Workspace workspace_{Random(1)};
  ListSink sink_;
  ReadOutcome outcome_;
};

TEST_F(BrowserReportTest, NamesAViolationByItsDirective) {
  const event::Record old = only(
      R"({"csp-report":{"document-uri":"https://s.example/cart","referrer":"https://r.example/",)"
      R"("violated-directive":"img-src 'self'","effective-directive":"img-src",)"
      R"("blocked-uri":"https://other.example/a.png"}})");
  EXPECT_EQ(old.kind, "error");
  EXPECT_EQ(old.name, "img-src");
  EXPECT_EQ(old.url, "https://s.example/cart");
  EXPECT_EQ(old.referrer, "https://r.example/");
  EXPECT_THAT(old.properties, HasSubstr(R"("message":"https://other.example/a.png")"));
  const event::Record of_api =
      only(R"({"age":4000,"type":"csp-violation","url":"https://s.example/cart","user_agent":"UA",)"
           R"("body":{"documentURL":"https://s.example/cart","effectiveDirective":"img-src",)"
           R"("blockedURL":"https://other.example/a.png"}})");
  EXPECT_EQ(of_api.name, "img-src");
  EXPECT_EQ(of_api.occurred_at_ms, kNowMs - 4000);
  EXPECT_THAT(of_api.properties, HasSubstr(R"("type":"csp-violation")"));
  EXPECT_THAT(of_api.properties, HasSubstr(R"("user_agent":"UA")"));
}

TEST_F(BrowserReportTest, NamesOthersByTheirType) {
  const event::Record network =
      only(R"({"age":10,"type":"network-error","url":"https://s.example/a","body":{)"
           R"("type":"dns.name_not_resolved","phase":"dns","referrer":"https://r.example/"}})");
  EXPECT_EQ(network.kind, "error");
  EXPECT_EQ(network.name, "network-error");
  EXPECT_EQ(network.url, "https://s.example/a");
  EXPECT_EQ(network.referrer, "https://r.example/");
  EXPECT_THAT(network.properties, HasSubstr(R"("message":"dns.name_not_resolved")"));
  const event::Record crash = only(R"({"type":"crash","body":{"reason":"oom"}})");
  EXPECT_EQ(crash.name, "crash");
  EXPECT_EQ(crash.kind, "error");
  EXPECT_THAT(crash.properties, HasSubstr(R"("message":"oom")"));
}

TEST_F(BrowserReportTest, TakesWhatIsNoFaultForALog) {
  const event::Record deprecation =
      only(R"({"type":"deprecation","body":{"id":"x","message":"goes in 160"}})");
  EXPECT_EQ(deprecation.kind, "log");
  EXPECT_EQ(deprecation.name, "deprecation");
  EXPECT_THAT(deprecation.properties, HasSubstr(R"("message":"goes in 160")"));
  EXPECT_THAT(deprecation.properties, Not(HasSubstr("fingerprint")));
  EXPECT_EQ(only(R"({"type":"network-error","body":{"type":"ok"}})").kind, "log");
}

TEST_F(BrowserReportTest, RefusesWhatIsNone) {
  for (const char* body : {"{}", R"({"csp-report":7})", R"({"type":{}})", "[3]"}) {
    only(body);
    EXPECT_EQ(outcome_.status, 422) << body;
    EXPECT_EQ(sink_.size(), 0u);
  }
}

}  // namespace
}  // namespace penstock::adapter
