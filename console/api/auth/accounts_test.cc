#include "console/api/auth/accounts.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "crypto/secrets.h"
#include "files/newer_version.h"
#include "sqlite/sqlite.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

constexpr std::string_view kPassword = "a good long password";

class AccountsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { crypto::start_crypto(); }

  std::unique_ptr<Accounts> open() {
    auto accounts = Accounts::open(path(), clock_);
    EXPECT_TRUE(accounts) << (accounts ? "" : to_text(accounts.error()));
    return accounts ? std::move(*accounts) : nullptr;
  }
  std::string path() const { return dir_.path("console.db"); }

  testing::TempDir dir_;
  ManualClock clock_{1'800'000'000'000};
};

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_F(AccountsTest, FirstRunMakesOneAdministratorWithAPasswordInAFile) {
  auto accounts = open();
  const std::string file = dir_.path("initial-password");

  auto password = accounts->first_run(file);
  ASSERT_TRUE(password);
  ASSERT_TRUE(password->has_value());
  EXPECT_EQ(content_of(file), **password + "\n");
  auto session = accounts->sign_in(kFirstAdministrator, **password, {.hours = 12});
  ASSERT_TRUE(session && session->has_value());
  EXPECT_TRUE((*session)->user.must_change_password);
  EXPECT_EQ((*session)->user.rights, Role::kAdmin);

  auto again = open()->first_run(file);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->has_value());
}

TEST_F(AccountsTest, FirstRunMakesNobodyWherePasswordCannotBeWritten) {
  auto accounts = open();
  EXPECT_FALSE(accounts->first_run(dir_.path("absent/initial-password")));
  EXPECT_TRUE(accounts->list()->empty());
}

TEST_F(AccountsTest, FileIsItsOwnersAlone) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("a@b", Role::kViewer, kPassword, false));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat info {};
    ASSERT_EQ(::stat((path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 07777, 0600u) << suffix;
  }
}

TEST_F(AccountsTest, RefusesANewerFile) {
  open();
  auto database = sqlite::Database::open(path(), {});
  ASSERT_TRUE(database->execute("PRAGMA user_version = 99"));
  auto accounts = Accounts::open(path(), clock_);
  ASSERT_FALSE(accounts);
  EXPECT_TRUE(files::is_newer_version(accounts.error())) << to_text(accounts.error());
}

// Its version before is the way back.
TEST_F(AccountsTest, KeepsACopyBeforeItMigrates) {
  auto database = sqlite::Database::open(path(), {});
  ASSERT_TRUE(database->execute(
      "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, role TEXT NOT NULL, "
      "password_hash TEXT NOT NULL, must_change_password INTEGER NOT NULL, created_at INTEGER NOT "
      "NULL, last_login_at INTEGER NOT NULL DEFAULT 0) STRICT;"
      "CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES "
      "users (id) ON DELETE CASCADE, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, "
      "last_seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID; PRAGMA user_version = 1"));
  ASSERT_EQ(::chmod(path().c_str(), 0600), 0);
  std::ofstream(path() + ".version-1.partial") << "of a process that was killed";
  auto accounts = Accounts::open(path(), clock_);
  ASSERT_TRUE(accounts) << to_text(accounts.error());
  const std::string copy = path() + ".version-1";
  auto kept = sqlite::Database::open(copy, {.access = sqlite::Access::kReadOnly});
  ASSERT_TRUE(kept);
  auto version = kept->prepare("PRAGMA user_version");
  ASSERT_TRUE(version && version->step());
  EXPECT_EQ(version->integer(0), 1);
  struct stat info {};
  ASSERT_EQ(::stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(copy + ".partial"));
}

TEST_F(AccountsTest, AddsListsAndRemovesUsers) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("Root@Example.org", Role::kAdmin, kPassword, false));
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kViewer, kPassword, true));
  EXPECT_FALSE(accounts->add("ADA@example.org", Role::kAdmin, kPassword, false)) << "taken";
  EXPECT_FALSE(accounts->add("nobody", Role::kViewer, kPassword, false)) << "no address";
  EXPECT_FALSE(accounts->add("x@y", Role::kViewer, "short", false));

  auto users = accounts->list();
  ASSERT_TRUE(users);
  ASSERT_EQ(users->size(), 2u);
  EXPECT_EQ((*users)[0].email, "ada@example.org");
  EXPECT_TRUE((*users)[0].must_change_password);
  EXPECT_EQ((*users)[1].email, "root@example.org");
  EXPECT_EQ((*users)[1].created_at_ms, clock_.wall_ms());

  EXPECT_FALSE(accounts->remove("root@example.org")) << "the last administrator";
  EXPECT_TRUE(accounts->remove("ada@example.org"));
  EXPECT_FALSE(accounts->remove("ada@example.org"));
  EXPECT_EQ(accounts->list()->size(), 1u);
}

TEST_F(AccountsTest, ChangesRolesButKeepsAnAdministrator) {
  auto accounts = open();
  const User root = *accounts->add("root@example.org", Role::kAdmin, kPassword, false);
  const User ada = *accounts->add("ada@example.org", Role::kViewer, kPassword, false);
  EXPECT_FALSE(accounts->set_rights(root.id, Role::kEditor)) << "the last administrator";
  EXPECT_FALSE(accounts->set_rights(ada.id + 1, Role::kEditor)) << "nobody";

  const Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  ASSERT_TRUE(accounts->set_rights(ada.id, Role::kAdmin));
  EXPECT_EQ((*accounts->find_session(session.token))->user.rights, Role::kAdmin)
      << "more than before: the session goes on";
  ASSERT_TRUE(accounts->set_rights(root.id, Role::kViewer));
  EXPECT_EQ((**accounts->find(root.id)).rights, Role::kViewer);
  ASSERT_TRUE(accounts->set_rights(root.id, Role::kAdmin));
  ASSERT_TRUE(accounts->set_rights(ada.id, Role::kViewer));
  EXPECT_FALSE(accounts->find_session(session.token)->has_value()) << "less: it ends";
}

// Who has roles by project is administrator of nothing else, whatever he is there.
TEST_F(AccountsTest, RightsBecomeThoseOfSomeProjects) {
  auto accounts = open();
  const Rights shop = *rights_in({{"shop", Role::kAdmin}});
  const User root = *accounts->add("root@example.org", Role::kAdmin, kPassword, false);
  const User ada = *accounts->add("ada@example.org", shop, kPassword, false);
  EXPECT_EQ(ada.rights, shop);
  EXPECT_FALSE(accounts->set_rights(root.id, shop)) << "the last administrator";
  EXPECT_FALSE(accounts->remove("root@example.org"));

  const Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  EXPECT_EQ(session.user.rights, shop);
  const Rights more = *rights_in({{"blog", Role::kViewer}, {"shop", Role::kAdmin}});
  ASSERT_TRUE(accounts->set_rights(ada.id, more));
  EXPECT_EQ((*accounts->find_session(session.token))->user.rights, more);
  ASSERT_TRUE(accounts->set_rights(ada.id, Role::kEditor));
  EXPECT_FALSE(accounts->find_session(session.token)->has_value()) << "less in the shop";
  EXPECT_EQ((**accounts->find(ada.id)).rights, Role::kEditor);
}

TEST_F(AccountsTest, SignsInByPasswordOnly) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kEditor, kPassword, false));

  EXPECT_FALSE(
      accounts->sign_in("ada@example.org", "a wrong password", {.hours = 12})->has_value());
  EXPECT_FALSE(accounts->sign_in("bob@example.org", kPassword, {.hours = 12})->has_value());
  EXPECT_FALSE(accounts->sign_in("", "", {.hours = 12})->has_value());
  EXPECT_FALSE(
      accounts->sign_in("ada@example.org", std::string(129, 'x'), {.hours = 12})->has_value());
  auto session = accounts->sign_in(" ", kPassword, {.hours = 12});
  EXPECT_FALSE(session->has_value());

  session = accounts->sign_in("Ada@Example.org", kPassword, {.hours = 12});
  ASSERT_TRUE(session->has_value());
  EXPECT_EQ((*session)->token.size(), 43u);
  EXPECT_FALSE((*session)->csrf_token.empty());
  EXPECT_EQ(accounts->list()->front().last_login_ms, clock_.wall_ms());
}

TEST_F(AccountsTest, SessionLastsItsHoursAndNoLonger) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kEditor, kPassword, false));
  const Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 2});

  clock_.advance_ms(2 * 3'600'000 - 1);
  auto found = open()->find_session(session.token);
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->csrf_token, session.csrf_token);
  EXPECT_EQ((*found)->user.email, "ada@example.org");
  EXPECT_EQ((*found)->user.rights, Role::kEditor);

  clock_.advance_ms(1);
  EXPECT_FALSE(accounts->find_session(session.token)->has_value());
  EXPECT_FALSE(accounts->find_session("")->has_value());
  EXPECT_FALSE(accounts->find_session(session.csrf_token)->has_value());
}

TEST_F(AccountsTest, SignOutNewPasswordAndRemovalEndSessions) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("root@example.org", Role::kAdmin, kPassword, false));
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kViewer, kPassword, true));

  Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  ASSERT_TRUE(accounts->sign_out(session.token));
  EXPECT_FALSE(accounts->find_session(session.token)->has_value());

  session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  EXPECT_FALSE(accounts->set_password("ada@example.org", "short"));
  EXPECT_TRUE(accounts->find_session(session.token)->has_value());
  ASSERT_TRUE(accounts->set_password("ada@example.org", "another long password"));
  EXPECT_FALSE(accounts->find_session(session.token)->has_value());
  EXPECT_FALSE(*accounts->is_password("ada@example.org", kPassword));
  EXPECT_TRUE(*accounts->is_password("ada@example.org", "another long password"));
  EXPECT_FALSE(accounts->set_password("bob@example.org", "another long password"));

  session = **accounts->sign_in("ada@example.org", "another long password", {.hours = 12});
  EXPECT_FALSE(session.user.must_change_password);
  ASSERT_TRUE(accounts->remove("ada@example.org"));
  EXPECT_FALSE(accounts->find_session(session.token)->has_value());
}

TEST_F(AccountsTest, FileHoldsNeitherTokensNorPasswords) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kViewer, kPassword, false));
  const Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  const std::string bytes = content_of(path()) + content_of(path() + "-wal");
  ASSERT_NE(bytes.find("ada@example.org"), std::string::npos);
  EXPECT_EQ(bytes.find(session.token), std::string::npos);
  EXPECT_EQ(bytes.find(session.csrf_token), std::string::npos);
  EXPECT_EQ(bytes.find(kPassword), std::string::npos);
}

// Whether a session is good must not depend on a write: disks are full, files read-only or locked
// just when people want to look.
TEST_F(AccountsTest, FindsASessionWhereNothingCanBeWritten) {
  auto accounts = open();
  ASSERT_TRUE(accounts->add("ada@example.org", Role::kViewer, kPassword, false));
  const Session session = **accounts->sign_in("ada@example.org", kPassword, {.hours = 12});
  clock_.advance_ms(3'600'000);  // Its last_seen_at is due.

  auto other = sqlite::Database::open(path(), {});
  ASSERT_TRUE(other);
  {
    auto lock = sqlite::Transaction::begin(*other);
    ASSERT_TRUE(lock);
    const std::int64_t before_us = SystemClock().mono_us();
    const auto found = accounts->find_session(session.token);
    ASSERT_TRUE(found) << to_text(found.error());
    EXPECT_TRUE(*found);
    EXPECT_LT(SystemClock().mono_us() - before_us, 4'000'000) << "it waited for the lock";
  }

  // Any other failure of the write.
  ASSERT_TRUE(
      other->execute("CREATE TRIGGER refuse BEFORE UPDATE ON sessions BEGIN "
                     "SELECT RAISE(ABORT, 'disk full'); END"));
  EXPECT_TRUE(accounts->find_session(session.token).value());
  ASSERT_TRUE(other->execute("DROP TRIGGER refuse"));
  EXPECT_TRUE(accounts->find_session(session.token).value());
}

TEST_F(AccountsTest, TheDevicesKeyStays) {
  const std::string key = open()->device_key();
  EXPECT_GE(key.size(), 43u);
  EXPECT_EQ(open()->device_key(), key);
}

TEST_F(AccountsTest, SeveralObjectsShareTheFile) {
  ASSERT_TRUE(open()->add("ada@example.org", Role::kViewer, kPassword, false));
  std::atomic<int> signed_in{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto accounts = Accounts::open(path(), clock_);
      auto session = (*accounts)->sign_in("ada@example.org", kPassword, {.hours = 12});
      if (session && *session && *(*accounts)->find_session((*session)->token)) ++signed_in;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(signed_in, 4);
}

}  // namespace
}  // namespace penstock::console
