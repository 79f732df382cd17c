// A state directory with events, keys and users, its backup and what is restored from it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "app/config/config.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/backup/backup.h"
#include "cli/backup/restore.h"
#include "files/whole_file.h"
#include "sqlite/sqlite.h"
#include "store/backends.h"
#include "store/contract/row_testing.h"
#include "support/temp_dir.h"

namespace penstock::cli {

class BackupTest : public ::testing::Test {
 protected:
  struct Said {
    int code;
    std::string out;
    std::string err;
  };

  void SetUp() override {
    config_.state_dir = dir_.path("state");
    std::filesystem::create_directories(config_.console_folder());
    write(config_.keys_path(), "{\"keys\":[]}");
    write(config_.console_keys_path(), "[ ]");
    write(dir_.path("etc/penstock.toml"), "[store]\n");
    write(dir_.path("etc/conf.d/10-a.toml"), "[queue]\n");
    auto users = sqlite::Database::open(config_.console_path(), {});
    ASSERT_TRUE(users->execute("CREATE TABLE users (name)").has_value());
    store({0, 1, 2});
  }

  // One event a day, so many days before today.
  void store(const std::vector<int>& ages) {
    const ManualClock clock(store::kToday);
    auto store = store::open_event_store({.path = config_.store_path()}, clock);
    ASSERT_TRUE(store.has_value());
    for (const int age : ages) {
      const event::Row row = store::row_at(store::kToday - age * store::kDay, 1);
      ASSERT_TRUE((*store)->store({&row, 1}).has_value());
    }
  }

  static void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
  }
  static std::string read(const std::string& path) {
    return files::read_whole_file(path, 1 << 20).value_or("(none)");
  }

  template <class Work>
  static Said said(Work work) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Said said{work(), "", ""};
    said.out = ::testing::internal::GetCapturedStdout();
    said.err = ::testing::internal::GetCapturedStderr();
    return said;
  }
  Said back_up_to(const std::string& target) {
    return said([&] {
      return back_up({.target = target, .config_file = dir_.path("etc/penstock.toml")}, config_);
    });
  }
  Said restore_to(const std::string& state_dir, RestoreArguments arguments = {}) {
    app::Config config;
    config.state_dir = state_dir;
    if (arguments.from.empty()) arguments.from = dir_.path("backup");
    return said([&] { return restore(arguments, config); });
  }
  static std::uint64_t events_in(const std::string& state_dir) {
    auto queries = store::open_queries(state_dir + "/events");
    return (*queries)
        ->summary({store::kToday - 10 * store::kDay, store::kToday + store::kDay}, {})
        ->events;
  }
  std::string day_file(const std::string& folder, std::int64_t day_ms) const {
    return folder + "/events/" + day_text(day_ms) + ".db";
  }

  testing::TempDir dir_;
  app::Config config_;
};

}  // namespace penstock::cli
