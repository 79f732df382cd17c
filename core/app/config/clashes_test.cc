#include "app/config/clashes.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

std::vector<std::string> own_clashes(const Config& config) {
  std::vector<std::string> texts;
  for (const Clash& clash : address_clashes(config, Between::kOneProgramsOwn)) {
    texts.push_back(clash.what);
  }
  return texts;
}

bool clash(const std::string& a, const std::string& b) {
  Config config;
  config.ingest.listen = {a};
  config.ingest.admin_listen = b;
  const bool in_one_order = !own_clashes(config).empty();
  config.ingest.listen = {b};
  config.ingest.admin_listen = a;
  EXPECT_EQ(!own_clashes(config).empty(), in_one_order) << a << " " << b;
  config.ingest.listen = {a, b};
  config.ingest.admin_listen = "";
  EXPECT_EQ(!own_clashes(config).empty(), in_one_order) << a << " " << b;
  return in_one_order;
}

TEST(AddressClashes, AreNoneByDefault) {
  EXPECT_TRUE(address_clashes(Config(), Between::kOneProgramsOwn).empty());
  EXPECT_TRUE(address_clashes(Config(), Between::kPrograms).empty());
}

TEST(AddressClashes, AreWhatTheKernelWouldRefuse) {
  EXPECT_TRUE(clash("127.0.0.1:80", "127.0.0.1:80"));
  EXPECT_TRUE(clash("0.0.0.0:80", "127.0.0.1:80"));
  EXPECT_TRUE(clash("0.0.0.0:80", "192.0.2.7:80"));
  EXPECT_TRUE(clash("[::]:80", "[::1]:80"));
  EXPECT_TRUE(clash("[::1]:80", "[0:0::1]:80"));
  EXPECT_TRUE(clash("[::1]:80", "[::1]:080"));
  EXPECT_TRUE(clash("unix:/run/s", "unix:/run/s"));
  EXPECT_TRUE(clash("unix:/run/s", "unix:/run/./x//../s"));
}

TEST(AddressClashes, AreNotWhatItLetsStandSideBySide) {
  EXPECT_FALSE(clash("127.0.0.1:80", "127.0.0.1:81"));
  EXPECT_FALSE(clash("127.0.0.1:80", "127.0.0.2:80"));
  EXPECT_FALSE(clash("[::]:80", "0.0.0.0:80"));
  EXPECT_FALSE(clash("[::]:80", "127.0.0.1:80"));
  EXPECT_FALSE(clash("[::1]:80", "127.0.0.1:80"));
  EXPECT_FALSE(clash("0.0.0.0:0", "127.0.0.1:0"));
  EXPECT_FALSE(clash("0.0.0.0:0", "0.0.0.0:0"));
  EXPECT_FALSE(clash("unix:/run/s", "unix:/run/t"));
  EXPECT_FALSE(clash("unix:/run/s", "127.0.0.1:80"));
}

TEST(AddressClashes, NameBothSettings) {
  Config config;
  config.ingest.listen = {"0.0.0.0:9101", "127.0.0.1:9101", "unix:/s", "unix:/s"};
  EXPECT_EQ(own_clashes(config),
            (std::vector<std::string>{
                "ingest.listen holds '0.0.0.0:9101' and '127.0.0.1:9101', which cannot both be "
                "listened at",
                "ingest.listen holds 'unix:/s' twice",
                "ingest.admin_listen is '127.0.0.1:9101' and ingest.listen is '0.0.0.0:9101', "
                "which cannot both be listened at",
                "ingest.admin_listen is '127.0.0.1:9101', as ingest.listen is"}));
}

TEST(AddressClashes, AreOfTheControlSocketToo) {
  Config config;
  EXPECT_TRUE(own_clashes(config).empty()) << "an empty one is nobody's";
  config.worker.admin_listen = config.worker.control_listen = "unix:/run/s";
  EXPECT_EQ(own_clashes(config).size(), 1u);
}

// On machines of their own they may have the same ports.
TEST(AddressClashes, BetweenProgramsAreToldApart) {
  Config config;
  config.ingest.listen = {"0.0.0.0:8081"};
  config.worker.admin_listen = "127.0.0.1:9101";
  config.console.admin_listen = "127.0.0.1:9101";
  EXPECT_TRUE(own_clashes(config).empty());
  const auto clashes = address_clashes(config, Between::kPrograms);
  ASSERT_EQ(clashes.size(), 4u);
  EXPECT_EQ(clashes[0].setting->name(), "worker.admin_listen");
  EXPECT_EQ(clashes[0].other->name(), "ingest.admin_listen");
  EXPECT_EQ(clashes[1].what,
            "console.listen is '127.0.0.1:8081' and ingest.listen is '0.0.0.0:8081', which cannot "
            "both be listened at");
}

}  // namespace
}  // namespace penstock::app
