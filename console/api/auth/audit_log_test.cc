#include "console/api/auth/audit_log.h"

#include <thread>

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

class AuditLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<AuditLog> open() {
    auto log = AuditLog::open(dir_.path("console.db"), clock_);
    EXPECT_TRUE(log);
    return log ? std::move(*log) : nullptr;
  }

  static AuditEntry entry(std::string act, std::string subject) {
    AuditEntry made;
    made.actor = "ada@x";
    made.act = std::move(act);
    made.subject = std::move(subject);
    made.detail = "from 192.0.2.1";
    return made;
  }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
};

TEST_F(AuditLogTest, GivesPagesNewestFirst) {
  auto log = open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(log->add(entry("user.add", std::to_string(i))));
    clock_.advance_ms(1);
  }
  auto page = log->page(2, "");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].subject, "4");
  EXPECT_EQ(page->entries[0].actor, "ada@x");
  EXPECT_EQ(page->entries[0].act, "user.add");
  EXPECT_EQ(page->entries[0].detail, "from 192.0.2.1");
  EXPECT_EQ(page->entries[0].at_ms, clock_.wall_ms() - 1);

  // What is added meanwhile moves no page.
  ASSERT_TRUE(log->add(entry("user.add", "5")));
  page = log->page(2, page->next);
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].subject, "2");
  page = log->page(2, page->next);
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].subject, "0");
  EXPECT_EQ(page->next, "");

  for (const char* none : {"x", "-1", "1 OR 1=1", "99999999999999999999"}) {
    EXPECT_FALSE(log->page(2, none)) << none;
  }
}

TEST_F(AuditLogTest, NobodyChangesIt) {
  ASSERT_TRUE(open()->add(entry("user.add", "bob@x")));
  auto database = open_console_db(dir_.path("console.db"));
  ASSERT_TRUE(database);
  EXPECT_FALSE(database->execute("UPDATE audit SET actor = 'somebody else'"));
  EXPECT_FALSE(database->execute("DELETE FROM audit"));
  const auto page = open()->page(10, "");
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].actor, "ada@x");
}

TEST_F(AuditLogTest, RefusedSignInsAreTwoEntriesAMinuteAtMost) {
  auto log = open();
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(log->add_refused("ada@x", "192.0.2.1"));
    clock_.advance_ms(1);
  }
  auto page = log->page(10, "");
  ASSERT_EQ(page->entries.size(), 1u);
  EXPECT_EQ(page->entries[0].act, "session.refuse");
  EXPECT_EQ(page->entries[0].actor, "");
  EXPECT_EQ(page->entries[0].subject, "ada@x");
  EXPECT_EQ(page->entries[0].detail, "from 192.0.2.1");

  clock_.advance_ms(60'000);
  page = open()->page(10, "");
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].detail, "99 more in the same minute");
  EXPECT_EQ(log->page(10, "")->entries.size(), 2u) << "once";

  ASSERT_TRUE(log->add_refused("bob@x", "192.0.2.2"));
  clock_.advance_ms(60'000);
  ASSERT_TRUE(log->add_refused("bob@x", "192.0.2.3"));
  EXPECT_EQ(log->page(10, "")->entries.size(), 4u) << "a lone one has no number behind it";
}

TEST_F(AuditLogTest, LongTextsAreCut) {
  auto log = open();
  ASSERT_TRUE(log->add(entry("x.y", std::string(10'000, 'a'))));
  EXPECT_EQ(log->page(1, "")->entries[0].subject.size(), kAuditTextBytesMax);
}

TEST_F(AuditLogTest, SeveralObjectsShareTheFile) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto log = AuditLog::open(dir_.path("console.db"), clock_);
      ASSERT_TRUE(log) << to_text(log.error());
      for (int k = 0; k < 10; ++k) EXPECT_TRUE((*log)->add(entry("x.y", "")));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(open()->page(100, "")->entries.size(), 40u);
}

// Past SQLite's triggers, which whoever can write the file can take away.
TEST_F(AuditLogTest, ShowsWhatWasChangedInTheFile) {
  auto log = open();
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(log->add(entry("user.add", std::to_string(i))));
  ASSERT_TRUE(log->add_refused("eve@x", "192.0.2.7"));
  const auto states = [&](std::uint32_t limit) {
    std::string text;
    std::string cursor;
    do {
      const auto page = log->page(limit, cursor);
      for (const AuditEntry& one : page->entries) {
        text += !one.is_intact ? '?' : *one.is_intact ? '.' : 'X';
      }
      cursor = page->next;
    } while (!cursor.empty());
    return text;
  };
  const auto meddle = [&](const char* sql) {
    auto database = sqlite::Database::open(dir_.path("console.db"), {});
    ASSERT_TRUE(
        database->execute("DROP TRIGGER IF EXISTS audit_stays;"
                          "DROP TRIGGER IF EXISTS audit_remains"));
    ASSERT_TRUE(database->execute(sql));
  };
  for (const std::uint32_t limit : {1u, 2u, 3u, 100u}) EXPECT_EQ(states(limit), ".......") << limit;

  meddle("UPDATE audit SET actor = 'bob@x' WHERE id = 3");
  for (const std::uint32_t limit : {1u, 2u, 3u, 100u}) EXPECT_EQ(states(limit), "....X..") << limit;
  meddle("UPDATE audit SET actor = 'ada@x' WHERE id = 3");
  EXPECT_EQ(states(100), ".......");
  meddle("UPDATE audit SET at = at - 1 WHERE id = 7");
  EXPECT_EQ(states(100), "X......");
  meddle("UPDATE audit SET at = at + 1 WHERE id = 7; DELETE FROM audit WHERE id = 5");
  EXPECT_EQ(states(100), ".X....") << "the one behind the gap";
  meddle("DELETE FROM audit WHERE id = 1");
  EXPECT_EQ(states(100), ".X..X") << "the oldest follows none";
  // Of a version that wrote no chain.
  meddle("UPDATE audit SET chain = NULL");
  EXPECT_EQ(states(2), "?????");
  ASSERT_TRUE(log->add(entry("user.add", "new")));
  EXPECT_EQ(states(2), ".?????");
}

}  // namespace
}  // namespace penstock::console
