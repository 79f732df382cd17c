#include "console/api/auth/accounts.h"

#include <cerrno>
#include <semaphore>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "console/api/auth/password_rules.h"
#include "crypto/secrets.h"
#include "files/whole_file.h"
#include "sqlite/sqlite.h"
#include "sqlite/versions.h"

namespace penstock::console {

namespace {

// Step n leads from schema version n to n + 1. Only ever added to.
constexpr const char* kSchemaSteps[] = {
    R"sql(
    CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      email TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      password_hash TEXT NOT NULL,
      must_change_password INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      last_login_at INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE sessions (
      token_hash TEXT PRIMARY KEY,
      user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_user ON sessions (user_id);
    PRAGMA user_version = 1;
    )sql",
    R"sql(
    CREATE TABLE secrets (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 2;
    )sql",
};
constexpr sqlite::Steps kSteps = {.opening = "open console.db", .sql = kSchemaSteps};

constexpr std::string_view kUserColumns =
    "users.id, users.email, users.role, users.must_change_password, users.created_at, "
    "users.last_login_at";
constexpr int kUserColumnCount = 6;

constexpr std::size_t kSessionTokenBytes = 32;
constexpr std::size_t kFirstPasswordBytes = 18;
constexpr std::int64_t kHourMs = 3'600'000;
// A page polls every few seconds; its session's last_seen_at need not be written as often.
constexpr std::int64_t kSeenEveryMs = 60'000;
// For another process's lock on console.db, where a change has to be made.
constexpr std::int64_t kBusyTimeoutMs = 5'000;

// An Argon2id hash takes 64 MiB, so a crowd at the sign-in must not run them all at once.
std::counting_semaphore<2> hashes_free{2};

std::string make_hash(std::string_view password) {
  hashes_free.acquire();
  std::string hash = crypto::password_hash(password);
  hashes_free.release();
  return hash;
}

bool matches(std::string_view hash, std::string_view password) {
  hashes_free.acquire();
  const bool is_match = crypto::password_matches(hash, password);
  hashes_free.release();
  return is_match;
}

// What a password is compared with where there is no such user, so that it takes the same time.
const std::string& nobodys_hash() {
  static const std::string hash = make_hash(crypto::random_token(kSessionTokenBytes));
  return hash;
}

// Made from the session's secret, so that it is the same after the page was loaded again and
// nothing more has to be kept.
std::string csrf_token_of(std::string_view token) {
  return crypto::token_hash(str_cat("csrf:", token));
}

User user_of(const sqlite::Statement& row) {
  User user;
  user.id = row.integer(0);
  user.email = row.text(1);
  user.role = role_of(row.text(2)).value_or(Role::kViewer);
  user.must_change_password = row.integer(3) != 0;
  user.created_at_ms = row.integer(4);
  user.last_login_ms = row.integer(5);
  return user;
}

Result<std::int64_t> read_number(sqlite::Database& database, std::string_view sql) {
  auto query = database.prepare(sql);
  if (!query) return fail(query.error());
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return *has_row ? query->integer(0) : 0;
}

Result<std::vector<User>> users_of(sqlite::Database& database) {
  auto query = database.prepare(str_cat("SELECT ", kUserColumns, " FROM users ORDER BY email"));
  if (!query) return fail(query.error());
  std::vector<User> users;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) users.push_back(user_of(*query));
  if (!has_row) return fail(has_row.error());
  return users;
}

constexpr std::size_t kDeviceKeyBytes = 32;

Result<std::string> read_device_key(sqlite::Database& database) {
  auto query = database.prepare("SELECT value FROM secrets WHERE name = 'device'");
  if (!query) return fail(query.error());
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return *has_row ? std::string(query->text(0)) : std::string();
}

// Made by the first who asks.
Result<std::string> device_key_of(sqlite::Database& database) {
  auto key = read_device_key(database);
  if (!key || !key->empty()) return key;
  const std::string fresh = crypto::random_token(kDeviceKeyBytes);
  auto insert =
      database.prepare("INSERT OR IGNORE INTO secrets (name, value) VALUES ('device', ?)");
  if (!insert) return fail(insert.error());
  PENSTOCK_TRY(insert->bind(1, fresh).run());
  return read_device_key(database);
}

class SqliteAccounts final : public Accounts {
 public:
  SqliteAccounts(sqlite::Database database, std::string device_key, const Clock& clock)
      : database_(std::move(database)), device_key_(std::move(device_key)), clock_(clock) {}

  Result<std::optional<std::string>> first_run(const std::string& password_file) override;
  Result<User> add(std::string_view email, Role role, std::string_view password,
                   bool must_change) override;
  Result<void> set_password(std::string_view email, std::string_view password) override;
  Result<bool> is_password(std::string_view email, std::string_view password) override;
  Result<std::vector<User>> list() override;
  Result<void> remove(std::string_view email) override;
  Result<std::optional<Session>> sign_in(std::string_view email, std::string_view password,
                                         std::int64_t session_hours) override;
  Result<std::optional<Session>> find_session(std::string_view token) override;
  Result<void> sign_out(std::string_view token) override;
  const std::string& device_key() const override { return device_key_; }

 private:
  struct Credentials {
    User user;
    std::string hash;
  };

  Result<std::int64_t> count(std::string_view sql) { return read_number(database_, sql); }
  Result<User> insert(const std::string& email, Role role, std::string_view hash, bool must_change);
  Result<std::optional<Credentials>> credentials_of(std::string_view email);
  // Nullopt: no such user, or another password. Takes the same time for both.
  Result<std::optional<User>> check(std::string_view email, std::string_view password);
  Result<Session> start_session(const User& user, std::int64_t session_hours);
  void note_seen(std::string_view token_hash, std::int64_t now_ms);

  sqlite::Database database_;
  const std::string device_key_;
  const Clock& clock_;
};

Result<std::optional<std::string>> SqliteAccounts::first_run(const std::string& password_file) {
  auto users = count("SELECT count(*) FROM users");
  if (!users) return fail(users.error());
  if (*users > 0) return std::nullopt;

  const std::string password = crypto::random_token(kFirstPasswordBytes);
  const std::string hash = make_hash(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the first password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  users = count("SELECT count(*) FROM users");
  if (!users) return fail(users.error());
  if (*users > 0) return std::nullopt;  // Another process was first.
  if (auto user = insert(std::string(kFirstAdministrator), Role::kAdmin, hash, true); !user) {
    return fail(user.error());
  }
  // Before the commit: a user whose password nobody can read would lock everybody out.
  PENSTOCK_TRY(files::write_whole_file(password_file, password + "\n", {.mode = 0600}));
  PENSTOCK_TRY(transaction->commit());
  return password;
}

Result<User> SqliteAccounts::insert(const std::string& email, Role role, std::string_view hash,
                                    bool must_change) {
  auto statement = database_.prepare(
      "INSERT INTO users (email, role, password_hash, must_change_password, created_at) "
      "VALUES (?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  User user;
  user.email = email;
  user.role = role;
  user.must_change_password = must_change;
  user.created_at_ms = clock_.wall_ms();
  statement->bind(1, email)
      .bind(2, to_text(role))
      .bind(3, hash)
      .bind(4, std::int64_t{must_change})
      .bind(5, user.created_at_ms);
  PENSTOCK_TRY(statement->run());
  user.id = database_.last_row_id();
  return user;
}

Result<User> SqliteAccounts::add(std::string_view email, Role role, std::string_view password,
                                 bool must_change) {
  const auto address = normal_email(email);
  if (!address) return fail(ErrorCode::kRejected, "this is no e-mail address");
  if (const char* fault = password_fault(password, *address)) {
    return fail(ErrorCode::kRejected, fault);
  }
  const std::string hash = make_hash(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto taken = credentials_of(*address);
  if (!taken) return fail(taken.error());
  if (*taken) return fail(ErrorCode::kRejected, "there is a user with this e-mail address");
  auto user = insert(*address, role, hash, must_change);
  if (!user) return user;
  PENSTOCK_TRY(transaction->commit());
  return user;
}

Result<void> SqliteAccounts::set_password(std::string_view email, std::string_view password) {
  const std::string address = normal_email(email).value_or("");
  if (const char* fault = password_fault(password, address)) {
    return fail(ErrorCode::kRejected, fault);
  }
  const std::string hash = make_hash(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto update = database_.prepare(
      "UPDATE users SET password_hash = ?, must_change_password = 0 WHERE email = ?");
  if (!update) return fail(update.error());
  update->bind(1, hash).bind(2, address);
  PENSTOCK_TRY(update->run());
  if (database_.changes() == 0) return fail(ErrorCode::kRejected, "there is no such user");
  auto end = database_.prepare(
      "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = ?)");
  if (!end) return fail(end.error());
  end->bind(1, address);
  PENSTOCK_TRY(end->run());
  return transaction->commit();
}

Result<bool> SqliteAccounts::is_password(std::string_view email, std::string_view password) {
  auto user = check(email, password);
  if (!user) return fail(user.error());
  return user->has_value();
}

Result<std::vector<User>> SqliteAccounts::list() { return users_of(database_); }

Result<void> SqliteAccounts::remove(std::string_view email) {
  const std::string address = normal_email(email).value_or("");
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto found = credentials_of(address);
  if (!found) return fail(found.error());
  if (!*found) return fail(ErrorCode::kRejected, "there is no such user");
  auto admins = count("SELECT count(*) FROM users WHERE role = 'admin'");
  if (!admins) return fail(admins.error());
  if ((*found)->user.role == Role::kAdmin && *admins == 1) {
    return fail(ErrorCode::kRejected, "this is the last administrator");
  }
  // Its sessions go with it (ON DELETE CASCADE).
  auto statement = database_.prepare("DELETE FROM users WHERE id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, (*found)->user.id);
  PENSTOCK_TRY(statement->run());
  return transaction->commit();
}

Result<std::optional<SqliteAccounts::Credentials>> SqliteAccounts::credentials_of(
    std::string_view email) {
  auto query = database_.prepare(
      str_cat("SELECT ", kUserColumns, ", password_hash FROM users WHERE email = ?"));
  if (!query) return fail(query.error());
  query->bind(1, email);
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::nullopt;
  return Credentials{user_of(*query), std::string(query->text(kUserColumnCount))};
}

Result<std::optional<User>> SqliteAccounts::check(std::string_view email,
                                                  std::string_view password) {
  // Says nothing about the user, so its time need not be hidden.
  if (password.size() > kPasswordBytesMax) return std::nullopt;
  auto found = credentials_of(normal_email(email).value_or(""));
  if (!found) return fail(found.error());
  const std::string_view hash = *found ? std::string_view((*found)->hash) : nobodys_hash();
  if (!matches(hash, password) || !*found) return std::nullopt;
  return std::move((*found)->user);
}

Result<std::optional<Session>> SqliteAccounts::sign_in(std::string_view email,
                                                       std::string_view password,
                                                       std::int64_t session_hours) {
  auto user = check(email, password);
  if (!user) return fail(user.error());
  if (!*user) return std::nullopt;
  auto session = start_session(**user, session_hours);
  if (!session) return fail(session.error());
  return std::move(*session);
}

Result<Session> SqliteAccounts::start_session(const User& user, std::int64_t session_hours) {
  const std::int64_t now = clock_.wall_ms();
  Session session;
  session.token = crypto::random_token(kSessionTokenBytes);
  session.csrf_token = csrf_token_of(session.token);
  session.expires_at_ms = now + session_hours * kHourMs;
  session.user = user;
  session.user.last_login_ms = now;
  const std::string hash = crypto::token_hash(session.token);

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto sweep = database_.prepare("DELETE FROM sessions WHERE expires_at <= ?");
  if (!sweep) return fail(sweep.error());
  sweep->bind(1, now);
  PENSTOCK_TRY(sweep->run());
  auto insert = database_.prepare(
      "INSERT INTO sessions (token_hash, user_id, created_at, expires_at, last_seen_at) "
      "VALUES (?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, hash).bind(2, user.id).bind(3, now).bind(4, session.expires_at_ms).bind(5, now);
  PENSTOCK_TRY(insert->run());
  auto touch = database_.prepare("UPDATE users SET last_login_at = ? WHERE id = ?");
  if (!touch) return fail(touch.error());
  touch->bind(1, now).bind(2, user.id);
  PENSTOCK_TRY(touch->run());
  PENSTOCK_TRY(transaction->commit());
  return session;
}

Result<std::optional<Session>> SqliteAccounts::find_session(std::string_view token) {
  if (token.empty()) return std::nullopt;
  const std::int64_t now = clock_.wall_ms();
  const std::string hash = crypto::token_hash(token);
  std::int64_t seen_at_ms = 0;
  Session session;
  {
    auto query = database_.prepare(str_cat(
        "SELECT ", kUserColumns,
        ", sessions.expires_at, sessions.last_seen_at FROM sessions JOIN users ON users.id = "
        "sessions.user_id WHERE token_hash = ?"));
    if (!query) return fail(query.error());
    query->bind(1, hash);
    auto has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row || query->integer(kUserColumnCount) <= now) return std::nullopt;
    session.user = user_of(*query);
    session.expires_at_ms = query->integer(kUserColumnCount);
    seen_at_ms = query->integer(kUserColumnCount + 1);
  }
  session.token = token;
  session.csrf_token = csrf_token_of(token);
  if (now - seen_at_ms >= kSeenEveryMs) note_seen(hash, now);
  return session;
}

// At once or not at all: a session is good also where nothing can be written, because the disk is
// full or another process holds the lock, which is just when people want to look.
void SqliteAccounts::note_seen(std::string_view token_hash, std::int64_t now_ms) {
  database_.set_busy_timeout(0);
  auto statement = database_.prepare("UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?");
  if (statement) {
    statement->bind(1, now_ms).bind(2, token_hash);
    static_cast<void>(statement->run());
  }
  database_.set_busy_timeout(kBusyTimeoutMs);
}

Result<void> SqliteAccounts::sign_out(std::string_view token) {
  const std::string hash = crypto::token_hash(token);
  auto statement = database_.prepare("DELETE FROM sessions WHERE token_hash = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, hash);
  return statement->run();
}

}  // namespace

std::string_view to_text(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kEditor:
      return "editor";
    case Role::kAdmin:
      return "admin";
  }
  return "viewer";
}

std::optional<Role> role_of(std::string_view text) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin}) {
    if (text == to_text(role)) return role;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Accounts>> Accounts::open(const std::string& path, const Clock& clock) {
  // Password hashes are nobody else's business, whatever the folder's group may read. SQLite gives
  // its journal the mode that it finds. Only ever a new file: to close one that is open elsewhere
  // in this process would drop SQLite's locks on it.
  const int created = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (created >= 0) ::close(created);
  if (created < 0 && errno != EEXIST) {
    return fail(ErrorCode::kConfiguration, errno, "create console.db");
  }
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute("PRAGMA foreign_keys = ON"));
  PENSTOCK_TRY(sqlite::bring_up(*database, path, kSteps));
  auto device_key = device_key_of(*database);
  if (!device_key) return fail(device_key.error());
  return std::unique_ptr<Accounts>(
      std::make_unique<SqliteAccounts>(std::move(*database), std::move(*device_key), clock));
}

std::optional<files::FileVersion> Accounts::version_of(const std::string& path) {
  const auto version = sqlite::version_of_file(path);
  if (!version) return std::nullopt;
  return files::FileVersion{path, *version, kSteps.last()};
}

// Users are the same in every schema version there has been.
Result<std::vector<User>> Accounts::read_users(const std::string& path) {
  auto database = sqlite::Database::open(
      path,
      {.access = sqlite::Access::kReadOnly, .busy_timeout_ms = kBusyTimeoutMs, .is_glance = true});
  if (!database) return fail(database.error());
  return users_of(*database);
}

}  // namespace penstock::console
