#include "console/api/settings_view.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "app/config/schema.h"

namespace penstock::console {
namespace {

ShownSetting find(const ShownSettings::List& list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const ShownSetting& row) { return row.name == name; });
  return found == list.end() ? ShownSetting() : *found;
}

TEST(SettingsView, HasEachSettingWithWhereItComesFrom) {
  app::LoadedConfig loaded;
  loaded.config.store.retention_days = 30;
  loaded.set_at["store.retention_days"] = "/etc/penstock/penstock.toml:12";
  const auto list = shown_settings(loaded.config, loaded);
  EXPECT_EQ(list.size(), app::settings().size());
  EXPECT_EQ(find(list, "store.retention_days").value, "30");
  EXPECT_EQ(find(list, "store.retention_days").set_at, "/etc/penstock/penstock.toml:12");
  EXPECT_EQ(find(list, "console.session_hours").value, "12");
  EXPECT_EQ(find(list, "console.session_hours").set_at, "");
  EXPECT_FALSE(find(list, "store.retention_days").is_waiting);
}

TEST(SettingsView, ShowsNoPassword) {
  app::LoadedConfig loaded;
  for (const char* url : {"redis://user:s3cret@127.0.0.1:6379/0", "rediss://:s3cret@redis/1"}) {
    loaded.config.queue.url = url;
    loaded.config.store.url = "postgresql://penstock:s3cret@db/events";
    for (const ShownSetting& row : shown_settings(loaded.config, loaded)) {
      EXPECT_EQ(row.value.find("s3cret"), std::string::npos) << row.name << row.value;
    }
  }
  const auto list = shown_settings(loaded.config, loaded);
  EXPECT_EQ(find(list, "store.url").value, "\"postgresql://***@db/events\"");
  EXPECT_NE(find(list, "queue.url").value.find("redis"), std::string::npos);
}

// What is in effect is shown, and that the file says something else by now.
TEST(SettingsView, SaysWhatWaitsForTheNextStart) {
  app::Config running;
  app::LoadedConfig loaded;
  loaded.config.console.session_hours = 48;
  EXPECT_TRUE(find(shown_settings(running, loaded), "console.session_hours").is_waiting);
  EXPECT_EQ(find(shown_settings(running, loaded), "console.session_hours").value, "12");
  loaded.faults.push_back({"x", "y"});
  EXPECT_FALSE(find(shown_settings(running, loaded), "console.session_hours").is_waiting);
}

}  // namespace
}  // namespace penstock::console
