#include "app/traffic_options.h"

#include <fstream>

#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "support/temp_dir.h"

namespace penstock::app {
namespace {

class TrafficOptionsTest : public ::testing::Test {
 protected:
  std::string file(const std::string& text) {
    std::ofstream(dir_.path("networks")) << text;
    return dir_.path("networks");
  }
  bool drops(std::string_view address) {
    event::Record record;
    record.ip = address;
    const auto rules = traffic_rules(loaded_.config, faults_);
    return rules->judge(record).fate == intake::TrafficRules::Fate::kDropped;
  }

  const testing::TempDir dir_;
  LoadedConfig loaded_;
  std::vector<Contradiction> faults_;
};

TEST_F(TrafficOptionsTest, AreNoneByDefault) {
  EXPECT_EQ(traffic_rules(loaded_.config, faults_), nullptr);
  EXPECT_TRUE(faults_.empty());
}

TEST_F(TrafficOptionsTest, ReadNetworksOfAFile) {
  loaded_.config.traffic.drop_addresses = {"192.0.2.1"};
  loaded_.config.traffic.drop_networks_file =
      file("# data centres\n\n198.51.100.0/24  # one\r\n 2001:db8::/32\n203.0.113.7");
  EXPECT_TRUE(drops("192.0.2.1") && drops("198.51.100.9") && drops("2001:db8::1"));
  EXPECT_TRUE(drops("203.0.113.7"));
  EXPECT_FALSE(drops("203.0.113.8"));
  EXPECT_TRUE(faults_.empty());
}

TEST_F(TrafficOptionsTest, TellWhatIsWrongWithAFile) {
  loaded_.config.traffic.drop_networks_file = file("10.0.0.0/8\n\n10.0.0.0/80\n");
  loaded_.config.traffic.mark_networks_file = dir_.path("absent");
  loaded_.set_at["traffic.drop_networks_file"] = "penstock.toml:7";
  check_traffic_files(kWorkerProgram, loaded_);
  EXPECT_TRUE(loaded_.faults.empty());
  check_traffic_files(kIngestProgram, loaded_);
  ASSERT_EQ(loaded_.faults.size(), 2u);
  EXPECT_EQ(loaded_.faults[0].where, "penstock.toml:7");
  EXPECT_NE(loaded_.faults[0].what.find("line 3 is no network"), std::string::npos);
  EXPECT_NE(loaded_.faults[1].what.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace penstock::app
