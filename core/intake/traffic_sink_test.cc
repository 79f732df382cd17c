#include "intake/traffic_sink.h"

#include <memory>

#include <gtest/gtest.h>

#include "adapter/contract/list_sink.h"

namespace penstock::intake {
namespace {

std::string marked(std::string_view properties) {
  json::Reader reader;
  std::string out;
  append_marked(out, properties, "agent", reader);
  return out;
}

TEST(TrafficMark, IsOneProperty) {
  EXPECT_EQ(marked(""), R"({"penstock_traffic":"agent"})");
  EXPECT_EQ(marked("{}"), R"({"penstock_traffic":"agent"})");
  EXPECT_EQ(marked(R"({"a":1})"), R"({"a":1,"penstock_traffic":"agent"})");
}

TEST(TrafficMark, IsNobodyElses) {
  EXPECT_EQ(marked(R"({"penstock_traffic":"mine"})"), R"({"penstock_traffic":"agent"})");
  EXPECT_EQ(marked(R"({"a":{"penstock_traffic":1},"penstock_traffic":[1],"b":"ü"})"),
            R"({"a":{"penstock_traffic":1},"b":"ü","penstock_traffic":"agent"})");
}

class TrafficSinkTest : public ::testing::Test {
 protected:
  TrafficSinkTest() {
    TrafficPatterns drop;
    drop.paths = {"/drop"};
    TrafficPatterns mark;
    mark.paths = {"/mark"};
    rules_ = std::make_unique<TrafficRules>(drop, mark);
    sink_.begin_request(*rules_);
  }
  bool add(std::string_view url) {
    event::Record record;
    record.name = "n";
    record.url = url;
    return sink_.add(record);
  }

  std::unique_ptr<TrafficRules> rules_;
  adapter::ListSink list_;
  TrafficSink sink_{list_};
  TrafficCounters counters_;
};

TEST_F(TrafficSinkTest, DropsAndMarks) {
  EXPECT_TRUE(add("/drop") && add("/mark") && add("/keep") && add("/drop"));
  ASSERT_EQ(list_.size(), 2u);
  EXPECT_EQ(list_[0].properties, R"({"penstock_traffic":"path"})");
  EXPECT_EQ(list_[1].properties, "");
  EXPECT_EQ(sink_.dropped(), 2u);
  sink_.count_into(counters_);
  EXPECT_EQ(counters_.dropped[0].value(), 2u);
  EXPECT_EQ(counters_.marked[0].value(), 1u);
  EXPECT_EQ(counters_.dropped[1].value(), 0u);
  sink_.begin_request(*rules_);
  EXPECT_EQ(sink_.dropped(), 0u);
}

TEST_F(TrafficSinkTest, PassesOnWhatIsTooLarge) {
  list_.bytes_max = 1;
  EXPECT_FALSE(add("/mark"));
  EXPECT_FALSE(add("/keep"));
  EXPECT_TRUE(add("/drop"));
  sink_.count_into(counters_);
  EXPECT_EQ(counters_.marked[0].value(), 0u);
}

}  // namespace
}  // namespace penstock::intake
