#include "console/api/auth/sessions.h"

#include <gtest/gtest.h>

#include "console/api/auth/console_db.h"
#include "console/api/auth/user_rows.h"
#include "crypto/secrets.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

constexpr SignIn kHere{.hours = 12, .address = "192.0.2.1", .browser = "Firefox on Linux"};

class SessionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    auto database = open_console_db(dir_.path("console.db"));
    ASSERT_TRUE(database);
    database_.emplace(std::move(*database));
    ada_ = add("ada@x");
    bob_ = add("bob@x");
  }

  User add(std::string email) {
    User user;
    user.email = std::move(email);
    return *insert_user(*database_, user, "");
  }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
  std::optional<sqlite::Database> database_;
  User ada_;
  User bob_;
};

TEST_F(SessionsTest, EndWhereNobodyAsksByThem) {
  Sessions sessions(*database_, clock_);
  sessions.end_when_idle_for(1'800'000);
  const Session used = *sessions.start(ada_, kHere);
  const Session idle = *sessions.start(ada_, kHere);
  for (int i = 0; i < 4; ++i) {
    clock_.advance_ms(600'000);
    EXPECT_TRUE(sessions.find(used.token)->has_value());
  }
  EXPECT_EQ(sessions.list(std::nullopt)->size(), 1u);
  EXPECT_FALSE(sessions.find(idle.token)->has_value());
  // It is gone, whatever the setting says later.
  sessions.end_when_idle_for(0);
  EXPECT_FALSE(sessions.find(idle.token)->has_value());
  clock_.advance_ms(3'600'000);
  EXPECT_TRUE(sessions.find(used.token)->has_value());
}

// A full disk, or somebody who holds the lock: then no use of it could be noted either.
TEST_F(SessionsTest, StayWhereTheyCannotBeEnded) {
  Sessions sessions(*database_, clock_);
  sessions.end_when_idle_for(1'800'000);
  const Session session = *sessions.start(ada_, kHere);
  auto other = open_console_db(dir_.path("console.db"));
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE"));
  clock_.advance_ms(2'000'000);
  EXPECT_TRUE(sessions.find(session.token)->has_value());
  ASSERT_TRUE(other->execute("ROLLBACK"));
  EXPECT_FALSE(sessions.find(session.token)->has_value());
}

TEST_F(SessionsTest, AreListedAsTheyWereSeen) {
  Sessions sessions(*database_, clock_);
  const Session first = *sessions.start(ada_, kHere);
  clock_.advance_ms(1'000);
  const Session second = *sessions.start(bob_, {.hours = 1});
  const auto all = sessions.list(std::nullopt);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].email, "bob@x");
  EXPECT_EQ((*all)[1].id, Sessions::id_of(first.token));
  EXPECT_EQ((*all)[1].address, "192.0.2.1");
  EXPECT_EQ((*all)[1].browser, "Firefox on Linux");
  EXPECT_EQ((*all)[1].started_at_ms, clock_.wall_ms() - 1'000);
  EXPECT_EQ(first.token.find((*all)[1].id), std::string::npos) << "the id opens nothing";
  EXPECT_EQ(sessions.list(ada_.id)->size(), 1u);

  clock_.advance_ms(3'600'000);
  ASSERT_TRUE(sessions.find(first.token)->has_value());
  const auto later = sessions.list(std::nullopt);
  ASSERT_EQ(later->size(), 1u) << "the other is over";
  EXPECT_EQ((*later)[0].seen_at_ms, clock_.wall_ms());
}

TEST_F(SessionsTest, SeenIsWrittenOnceAMinuteAtMost) {
  Sessions sessions(*database_, clock_);
  const Session session = *sessions.start(ada_, kHere);
  const std::int64_t started = clock_.wall_ms();
  clock_.advance_ms(59'999);
  ASSERT_TRUE(sessions.find(session.token)->has_value());
  EXPECT_EQ(sessions.list(ada_.id)->front().seen_at_ms, started);
  clock_.advance_ms(1);
  ASSERT_TRUE(sessions.find(session.token)->has_value());
  EXPECT_EQ(sessions.list(ada_.id)->front().seen_at_ms, started + 60'000);
}

TEST_F(SessionsTest, EndOneByOneAndOnlyOnesOwn) {
  Sessions sessions(*database_, clock_);
  const Session mine = *sessions.start(ada_, kHere);
  const Session other = *sessions.start(ada_, kHere);
  const std::string id = Sessions::id_of(mine.token);
  EXPECT_FALSE(*sessions.end_by_id(id, bob_.id));
  EXPECT_FALSE(*sessions.end_by_id("", ada_.id));
  EXPECT_FALSE(*sessions.end_by_id("%", std::nullopt));
  EXPECT_TRUE(sessions.find(mine.token)->has_value());
  EXPECT_TRUE(*sessions.end_by_id(id, ada_.id));
  EXPECT_FALSE(sessions.find(mine.token)->has_value());
  EXPECT_TRUE(sessions.find(other.token)->has_value());
  EXPECT_TRUE(*sessions.end_by_id(Sessions::id_of(other.token), std::nullopt)) << "whoever's";

  const Session again = *sessions.start(ada_, kHere);
  ASSERT_TRUE(sessions.end_all_of(ada_.id));
  EXPECT_FALSE(sessions.find(again.token)->has_value());
  EXPECT_EQ(Sessions::id_of(""), "");
}

TEST_F(SessionsTest, OneTooManyEndsTheOldest) {
  Sessions sessions(*database_, clock_);
  const Session others = *sessions.start(bob_, kHere);
  const Session first = *sessions.start(ada_, kHere);
  for (std::size_t i = 1; i < kSessionsMax; ++i) {
    clock_.advance_ms(1);
    ASSERT_TRUE(sessions.start(ada_, kHere));
  }
  EXPECT_TRUE(sessions.find(first.token)->has_value());
  ASSERT_TRUE(sessions.start(ada_, kHere));
  EXPECT_FALSE(sessions.find(first.token)->has_value());
  EXPECT_EQ(sessions.list(ada_.id)->size(), kSessionsMax);
  EXPECT_TRUE(sessions.find(others.token)->has_value());
}

}  // namespace
}  // namespace penstock::console
