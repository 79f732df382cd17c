#include "app/keys_watch.h"

#include <fstream>

#include <gtest/gtest.h>

#include "crypto/secrets.h"
#include "files/folder.h"
#include "support/loop_thread.h"
#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::app {
namespace {

class KeysWatchTest : public ::testing::Test {
 protected:
  KeysWatchTest() {
    crypto::start_crypto();
    config_.state_dir = dir_.path();
  }

  static void add(const std::string& path, const std::string& project) {
    ASSERT_TRUE(files::make_folder(files::folder_of(path), 0750));
    ASSERT_TRUE(intake::change_keys(path, [&](intake::Keys& keys) {
      keys.push_back(intake::make_key(project, false, 1).entry);
      return intake::KeysChange::kMade;
    }));
  }
  // On the loop's thread, which watches.
  std::string projects() {
    std::string text;
    thread_.run([&] {
      for (const auto& key : keys_) text += key.project + " ";
    });
    return text;
  }
  bool wait_for_projects(const std::string& wanted) {
    return testing::wait_for([&] { return projects() == wanted; });
  }
  std::string metrics() {
    std::string text;
    thread_.run([&] { watch_.append_metrics(text); });
    return text;
  }

  testing::TempDir dir_;
  Config config_;
  intake::Keys keys_;
  testing::LoopThread thread_;
  KeysWatch watch_{thread_.loop(), [this](const intake::Keys& all) { keys_ = all; }};
};

TEST_F(KeysWatchTest, ReadsBothFilesAndWhatBecomesOfThem) {
  add(config_.keys_path(), "root's");
  keys_ = watch_.take(config_, *intake::read_keys(config_.keys_path()));
  thread_.start();
  EXPECT_EQ(projects(), "root's ");
  add(config_.console_keys_path(), "console's");
  EXPECT_TRUE(wait_for_projects("root's console's "));
  add(config_.keys_path(), "second");
  EXPECT_TRUE(wait_for_projects("root's second console's "));
  EXPECT_NE(metrics().find("penstock_ingest_keys{file=\"console\"} 1\n"), std::string::npos);
  thread_.stop();
}

TEST_F(KeysWatchTest, KeepsTheKeysOfAFileThatBreaks) {
  add(config_.console_keys_path(), "console's");
  keys_ = watch_.take(config_, {});
  thread_.start();
  std::ofstream(config_.console_keys_path()) << "[{";
  EXPECT_TRUE(testing::wait_for([&] {
    return metrics().find("penstock_ingest_keys_unreadable_total 1\n") != std::string::npos;
  }));
  add(config_.keys_path(), "root's");
  EXPECT_TRUE(wait_for_projects("root's console's "));
  std::string files;
  thread_.run([&] {
    json::Writer writer(files);
    watch_.write_files(writer);
  });
  EXPECT_NE(files.find(R"(console.json","keys":1,"is_faulty":true)"), std::string::npos) << files;
  std::ofstream(config_.console_keys_path()) << "[]";
  EXPECT_TRUE(wait_for_projects("root's "));
  thread_.stop();
}

TEST_F(KeysWatchTest, StartsWithoutTheKeysOfABrokenConsole) {
  ASSERT_TRUE(files::make_folder(files::folder_of(config_.console_keys_path()), 0750));
  std::ofstream(config_.console_keys_path()) << R"({"version": 9})";
  add(config_.keys_path(), "root's");
  const intake::Keys keys = watch_.take(config_, *intake::read_keys(config_.keys_path()));
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].project, "root's");
}

}  // namespace
}  // namespace penstock::app
