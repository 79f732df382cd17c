#include "queue/letters/file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "files/newer_version.h"
#include "queue/spool/consumer.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"
#include "support/temp_dir.h"

namespace penstock::queue {
namespace {

class FileLettersTest : public ::testing::Test {
 protected:
  void add(std::string_view message) {
    ASSERT_TRUE(DeadLetterFile(dir_.path()).add({message, "reason", 1, "origin"}));
  }
  FileLetters letters() { return {dir_.path(), put_back_to_spool(options_, clock_)}; }
  std::vector<std::string> waiting() {
    std::vector<std::string> all;
    const auto peeked = peek_spool(dir_.path(), 1'000, 1 << 20);
    for (const auto& one : peeked) all.push_back(one.message);
    return all;
  }

  testing::TempDir dir_;
  SpoolOptions options_{dir_.path(), 1 << 24, 1 << 20};
  SystemClock clock_;
};

using Texts = std::vector<std::string>;

TEST_F(FileLettersTest, MakesNoFile) {
  FileLetters letters = this->letters();

  EXPECT_EQ(letters.count().value(), 0U);
  EXPECT_FALSE(letters.retry("f1").value());
  EXPECT_FALSE(letters.remove("f1").value());
  EXPECT_EQ(letters.purge().value(), 0U);
  EXPECT_FALSE(std::filesystem::exists(dir_.path("dead.db")));
}

TEST_F(FileLettersTest, HasNoLettersInAFileThatIsBeingMade) {
  ASSERT_TRUE(sqlite::Database::open(dir_.path("dead.db"), {}));
  FileLetters letters = this->letters();

  EXPECT_EQ(letters.count().value(), 0U);
  EXPECT_TRUE(letters.read(kNewestLetter, {1, 1})->entries.empty());
}

// The process dies between the two steps of a retry: the letter is delivered, and still there.
TEST_F(FileLettersTest, RefusesAFileOfANewerVersion) {
  add("a");
  ASSERT_TRUE(sqlite::Database::open(dir_.path("dead.db"), {})->execute("PRAGMA user_version = 9"));
  const auto refused = letters().count();
  ASSERT_FALSE(refused);
  EXPECT_TRUE(files::is_newer_version(refused.error())) << to_text(refused.error());
  EXPECT_FALSE(letters().retry_all());
  EXPECT_FALSE(letters().purge());
}

TEST_F(FileLettersTest, LosesNothingWhenARetryIsKilledInTheMiddle) {
  add("a");
  const pid_t child = fork();
  if (child == 0) {
    const PutBack put_back = put_back_to_spool(options_, clock_);
    FileLetters dies(dir_.path(), [&](std::span<const std::string_view> messages) -> Result<void> {
      static_cast<void>(put_back(messages));
      _exit(7);
    });
    static_cast<void>(dies.retry("f1"));
    _exit(8);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 7);

  EXPECT_EQ(waiting(), Texts{"a"});
  EXPECT_EQ(letters().count().value(), 1U);
  EXPECT_TRUE(letters().retry("f1").value());
  EXPECT_EQ(waiting(), (Texts{"a", "a"})) << "twice, with the same ids";
  EXPECT_EQ(letters().count().value(), 0U);
}

TEST_F(FileLettersTest, KeepsTheLetterWhereItsMessageCannotBePutBack) {
  add("a");
  FileLetters letters(dir_.path(), [](std::span<const std::string_view>) -> Result<void> {
    return fail(ErrorCode::kExhausted, "put back");
  });

  EXPECT_EQ(letters.retry("f1").error().code, ErrorCode::kExhausted);
  EXPECT_EQ(letters.retry_all().error().code, ErrorCode::kExhausted);

  EXPECT_EQ(letters.count().value(), 1U);
}

TEST_F(FileLettersTest, RetriesOneLetterOnceForManyAtATime) {
  add("a");
  std::vector<std::thread> threads;
  std::atomic<int> retried = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      FileLetters letters = this->letters();
      const auto done = letters.retry("f1");
      retried += done && *done ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(retried, 1);
  EXPECT_EQ(waiting(), Texts{"a"});
}

TEST_F(FileLettersTest, RetriesAllInOrder) {
  DeadLetterFile file(dir_.path());
  for (int i = 0; i < 1'100; ++i) {
    const std::string text = str_cat("m", i);
    ASSERT_TRUE(file.add({text, "r", 1, "o"}));
  }
  Texts back;
  FileLetters letters(dir_.path(), [&](std::span<const std::string_view> messages) -> Result<void> {
    for (const auto message : messages) back.emplace_back(message);
    return {};
  });

  EXPECT_EQ(letters.retry_all().value(), 1'100U);

  ASSERT_EQ(back.size(), 1'100U);
  for (std::size_t i = 0; i < back.size(); ++i) EXPECT_EQ(back[i], str_cat("m", i));
  EXPECT_EQ(letters.count().value(), 0U);
}

TEST_F(FileLettersTest, PutsBackWhatTheConsumerTakesWithItsFolder) {
  auto consumer = SpoolConsumer::make(options_, "w", clock_);
  ASSERT_TRUE((*consumer)->claim(1, 1, 0)) << "it holds the lock";
  add("a");

  EXPECT_TRUE(letters().retry("f1").value());

  const auto claim = (*consumer)->claim(10, 1 << 20, 10'000);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->messages, Texts{"a"});
  ASSERT_TRUE((*consumer)->release());
  ASSERT_TRUE((*consumer)->claim(10, 1 << 20, 300));
  EXPECT_TRUE(list_instances(dir_.path()).empty());
}

TEST_F(FileLettersTest, WritesAsTheFoldersOwner) {
  if (geteuid() != 0) return;  // Only root has to.
  constexpr uid_t kOther = 65'534;
  add("a");
  for (const char* file : {"", "/dead.db", "/dead.db-wal", "/dead.db-shm"}) {
    const std::string path = dir_.path() + file;
    ASSERT_TRUE(::chown(path.c_str(), kOther, kOther) == 0 || errno == ENOENT) << path;
  }

  ASSERT_TRUE(letters().retry("f1").value());

  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
    struct stat info {};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, kOther) << entry.path();
    EXPECT_EQ(info.st_gid, kOther) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 3);
  EXPECT_EQ(::geteuid(), 0U);
}

TEST_F(FileLettersTest, SaysWhenTheFileIsDamaged) {
  std::filesystem::create_directories(dir_.path());
  std::FILE* file = std::fopen(dir_.path("dead.db").c_str(), "w");
  std::fputs(std::string(5'000, 'x').c_str(), file);
  std::fclose(file);

  EXPECT_EQ(letters().count().error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(letters().purge().error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace penstock::queue
