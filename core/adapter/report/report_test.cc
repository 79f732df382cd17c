#include "adapter/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"

namespace penstock::adapter {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kPolicy =
    R"({"csp-report":{"document-uri":"https://s.example/cart","effective-directive":"img-src",)"
    R"("blocked-uri":"inline","disposition":"enforce","status-code":200}})";

TEST(Report, TakesAPolicysReportWhateverItsType) {
  ProtocolProbe probe(kReportProtocol);
  for (const std::string_view type : {"application/csp-report", "application/json", ""}) {
    for (const std::string_view path : {"/report/csp", "/report"}) {
      const auto got = probe.post(path, kPolicy, {{"Content-Type", type}});
      EXPECT_EQ(got.outcome.status, 204);
      ASSERT_EQ(got.events.size(), 1u) << type << path;
      EXPECT_EQ(got.events[0].source, "report");
      EXPECT_EQ(got.events[0].name, "img-src");
      EXPECT_EQ(got.events[0].user_agent, "probe/1");
      EXPECT_THAT(got.events[0].properties, HasSubstr(R"("disposition":"enforce")"));
    }
  }
}

TEST(Report, TakesAListAndPassesOverWhatIsNone) {
  ProtocolProbe probe(kReportProtocol);
  const auto got = probe.post(
      "/report", R"([{"type":"crash","age":60000,"url":"https://s.example/","body":{}},7,)"
                 R"({"type":"deprecation","age":-5,"url":"https://s.example/","body":{}}])");
  EXPECT_EQ(got.outcome.status, 204);
  EXPECT_EQ(got.outcome.rejected.size(), 1u);
  ASSERT_EQ(got.events.size(), 2u);
  EXPECT_EQ(got.events[0].occurred_at_ms, ProtocolProbe::kNowMs - 60'000);
  EXPECT_EQ(got.events[1].occurred_at_ms, ProtocolProbe::kNowMs);
  EXPECT_EQ(got.events[1].kind, "log");
}

TEST(Report, RefusesWhatHoldsNoReport) {
  ProtocolProbe probe(kReportProtocol);
  EXPECT_EQ(probe.post("/report", "").outcome.status, 400);
  EXPECT_EQ(probe.post("/report", "[{\"type\":").outcome.status, 400);
  EXPECT_EQ(probe.post("/report", "[7]").outcome.status, 422);
}

}  // namespace
}  // namespace penstock::adapter
