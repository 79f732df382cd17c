#include "import/matomo_actions.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "import/contract/reader_probe.h"
#include "import/items.h"

namespace penstock::importing {
namespace {

event::Record action(ReaderProbe& probe, std::string_view members) {
  return probe.line(
      str_cat(R"({"idVisit":"9","actionDetails":[{"timestamp":1795696984,)", members, "}]}"));
}

TEST(MatomoActions, AreCalledAsHitsOfTheTracker) {
  const auto reader = make_matomo_visits_reader({});
  ReaderProbe probe(*reader);
  EXPECT_EQ(action(probe, R"("type":"action")").name, "pageview");
  EXPECT_EQ(action(probe, R"("type":"outlink")").name, "link");
  EXPECT_EQ(action(probe, R"("type":"download")").name, "download");
  EXPECT_EQ(action(probe, R"("type":"event","eventAction":"Play")").name, "Play");
  action(probe, R"("url":"https://a.example/")");
  EXPECT_FALSE(probe.outcome.detail.empty());
}

}  // namespace
}  // namespace penstock::importing
