#include "adapter/contract/completion.h"

#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() {
    origin_.project = "shop";
    origin_.received_at_ms = kNow;
    workspace_.draft.clear();
  }
  Completion::End add() { return Completion(origin_, "events", workspace_, sink_).add_draft(); }

  Origin origin_;
  Workspace workspace_{Random(1)};
  ListSink sink_;
};

TEST_F(CompletionTest, AddsWhatTheConnectionSays) {
  origin_.ip = "192.0.2.1";
  origin_.user_agent = "Mozilla/5.0";
  workspace_.draft.take_text("name", "n");
  ASSERT_EQ(add(), Completion::End::kAdded);
  EXPECT_EQ(sink_[0].ip, "192.0.2.1");
  EXPECT_EQ(sink_[0].user_agent, "Mozilla/5.0");
  EXPECT_EQ(sink_[0].source, "events");
}

TEST_F(CompletionTest, AddsNothingOfAnInvalidEvent) {
  EXPECT_EQ(add(), Completion::End::kInvalid);
  EXPECT_EQ(to_text(*workspace_.draft.fault()), "has neither a name nor a url");
  EXPECT_EQ(sink_.size(), 0u);
}

// The last moment at which a client's clock is believed, and the first at which it is not.
TEST_F(CompletionTest, PutsTheClientsTimeIntoTheIdOnlyWithinTheWindow) {
  workspace_.draft.take_text("name", "n");
  workspace_.draft.take_text("time", "2026-11-24T11:23:57.312Z");
  ASSERT_EQ(add(), Completion::End::kAdded);
  EXPECT_EQ(sink_[0].id.time_ms(), kNow + 3'600'000);
  EXPECT_EQ(sink_[0].properties, "");

  workspace_.draft.clear();
  workspace_.draft.take_text("name", "n");
  workspace_.draft.take_text("time", "2026-11-24T11:23:57.313Z");
  ASSERT_EQ(add(), Completion::End::kAdded);
  EXPECT_EQ(sink_[1].id.time_ms(), kNow);
  EXPECT_EQ(sink_[1].properties, R"({"time":"2026-11-24T11:23:57.313Z"})");
}

TEST_F(CompletionTest, RepairsOnlyWhatNeedsIt) {
  std::string buffer;
  const std::string_view good = "h\xc3\xa9";
  EXPECT_EQ(as_utf8(good, buffer).data(), good.data());
  EXPECT_EQ(as_utf8("\xff", buffer), "\xef\xbf\xbd");
}

}  // namespace
}  // namespace penstock::adapter
