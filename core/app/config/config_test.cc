#include "app/config/config.h"

#include <gtest/gtest.h>

namespace penstock::app {
namespace {

TEST(Config, KeepsItsFilesInTheStateDirectory) {
  Config config;
  config.state_dir = "/data";
  EXPECT_EQ(config.keys_path(), "/data/keys.json");
  EXPECT_EQ(config.spool_path(), "/data/spool");
  EXPECT_EQ(config.store_path(), "/data/events");
  EXPECT_EQ(config.console_path(), "/data/console/console.db");
  EXPECT_EQ(config.password_path(), "/data/console/initial-password");
}

TEST(Config, LetsEachPathBeNamed) {
  Config config;
  config.ingest.keys_file = "/etc/penstock/keys.json";
  config.spool.path = "/fast/spool";
  config.store.url = "sqlite:/big/events";
  EXPECT_EQ(config.keys_path(), "/etc/penstock/keys.json");
  EXPECT_EQ(config.spool_path(), "/fast/spool");
  EXPECT_EQ(config.store_path(), "/big/events");
}

}  // namespace
}  // namespace penstock::app
