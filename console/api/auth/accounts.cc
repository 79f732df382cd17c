#include "console/api/auth/accounts.h"

#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/password_hashes.h"
#include "console/api/auth/password_rules.h"
#include "console/api/auth/user_rows.h"
#include "crypto/secrets.h"
#include "files/whole_file.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

namespace {

constexpr std::size_t kFirstPasswordBytes = 18;
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
      : database_(std::move(database)),
        device_key_(std::move(device_key)),
        clock_(clock),
        sessions_(database_, clock) {}

  Result<std::optional<std::string>> first_run(const std::string& password_file) override;
  Result<User> add(std::string_view email, Rights rights, std::string_view password,
                   bool must_change) override;
  Result<void> set_password(std::string_view email, std::string_view password) override;
  Result<bool> is_password(std::string_view email, std::string_view password) override;
  Result<std::vector<User>> list() override { return all_users(database_); }
  Result<std::optional<User>> find(std::int64_t id) override { return find_user(database_, id); }
  Result<void> set_rights(std::int64_t id, const Rights& rights) override;
  Result<void> remove(std::string_view email) override;
  Result<std::optional<Session>> sign_in(std::string_view email, std::string_view password,
                                         const SignIn& from) override;
  Result<std::optional<Session>> find_session(std::string_view token) override {
    return sessions_.find(token);
  }
  Result<void> sign_out(std::string_view token) override { return sessions_.end(token); }
  Sessions& sessions() override { return sessions_; }
  const std::string& device_key() const override { return device_key_; }

 private:
  // Nullopt: no such user, or another password. Takes the same time for both.
  Result<std::optional<User>> check(std::string_view email, std::string_view password);
  // kRejected for the last one. In the transaction that takes it away.
  Result<void> keep_an_administrator(const User& user);

  sqlite::Database database_;
  const std::string device_key_;
  const Clock& clock_;
  Sessions sessions_;
};

Result<std::optional<std::string>> SqliteAccounts::first_run(const std::string& password_file) {
  auto users = read_number(database_, "SELECT count(*) FROM users");
  if (!users) return fail(users.error());
  if (*users > 0) return std::nullopt;

  const std::string password = crypto::random_token(kFirstPasswordBytes);
  const std::string hash = hash_password(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the first password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  users = read_number(database_, "SELECT count(*) FROM users");
  if (!users) return fail(users.error());
  if (*users > 0) return std::nullopt;  // Another process was first.
  User first;
  first.email = kFirstAdministrator;
  first.rights = Role::kAdmin;
  first.must_change_password = true;
  first.created_at_ms = clock_.wall_ms();
  if (auto made = insert_user(database_, std::move(first), hash); !made) return fail(made.error());
  // Before the commit: a user whose password nobody can read would lock everybody out.
  PENSTOCK_TRY(files::write_whole_file(password_file, password + "\n", {.mode = 0600}));
  PENSTOCK_TRY(transaction->commit());
  return password;
}

Result<User> SqliteAccounts::add(std::string_view email, Rights rights, std::string_view password,
                                 bool must_change) {
  const auto address = normal_email(email);
  if (!address) return fail(ErrorCode::kRejected, "this is no e-mail address");
  if (const char* fault = password_fault(password, *address)) {
    return fail(ErrorCode::kRejected, fault);
  }
  const std::string hash = hash_password(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  User user;
  user.email = *address;
  user.rights = std::move(rights);
  user.must_change_password = must_change;
  user.created_at_ms = clock_.wall_ms();
  auto made = insert_user(database_, std::move(user), hash);
  if (!made) return made;
  PENSTOCK_TRY(transaction->commit());
  return made;
}

Result<void> SqliteAccounts::set_password(std::string_view email, std::string_view password) {
  const std::string address = normal_email(email).value_or("");
  if (const char* fault = password_fault(password, address)) {
    return fail(ErrorCode::kRejected, fault);
  }
  const std::string hash = hash_password(password);
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

Result<void> SqliteAccounts::keep_an_administrator(const User& user) {
  auto admins = read_number(database_,
                            "SELECT count(*) FROM users WHERE role = 'admin' AND projects IS NULL");
  if (!admins) return fail(admins.error());
  if (user.rights.role == Role::kAdmin && *admins == 1) {
    return fail(ErrorCode::kRejected, "this is the last administrator");
  }
  return {};
}

Result<void> SqliteAccounts::set_rights(std::int64_t id, const Rights& rights) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto user = find_user(database_, id);
  if (!user) return fail(user.error());
  if (!*user) return fail(ErrorCode::kRejected, "there is no such user");
  if (rights == (*user)->rights) return {};
  if (!rights.cover((*user)->rights)) {
    PENSTOCK_TRY(keep_an_administrator(**user));
    PENSTOCK_TRY(sessions_.end_all_of(id));
  }
  auto update = database_.prepare("UPDATE users SET role = ?, projects = ? WHERE id = ?");
  if (!update) return fail(update.error());
  const KeptRights kept(rights);
  kept.bind(*update, 1, 2);
  update->bind(3, id);
  PENSTOCK_TRY(update->run());
  return transaction->commit();
}

Result<void> SqliteAccounts::remove(std::string_view email) {
  const std::string address = normal_email(email).value_or("");
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto found = find_credentials(database_, address);
  if (!found) return fail(found.error());
  if (!*found) return fail(ErrorCode::kRejected, "there is no such user");
  PENSTOCK_TRY(keep_an_administrator((*found)->user));
  // What is his goes with him (ON DELETE CASCADE).
  auto statement = database_.prepare("DELETE FROM users WHERE id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, (*found)->user.id);
  PENSTOCK_TRY(statement->run());
  return transaction->commit();
}

Result<std::optional<User>> SqliteAccounts::check(std::string_view email,
                                                  std::string_view password) {
  // Says nothing about the user, so its time need not be hidden.
  if (password.size() > kPasswordBytesMax) return std::nullopt;
  auto found = find_credentials(database_, normal_email(email).value_or(""));
  if (!found) return fail(found.error());
  const std::string_view hash = *found ? std::string_view((*found)->hash) : nobodys_hash();
  if (!is_password_of(hash, password) || !*found) return std::nullopt;
  return std::move((*found)->user);
}

Result<std::optional<Session>> SqliteAccounts::sign_in(std::string_view email,
                                                       std::string_view password,
                                                       const SignIn& from) {
  auto user = check(email, password);
  if (!user) return fail(user.error());
  if (!*user) return std::nullopt;
  auto session = sessions_.start(**user, from);
  if (!session) return fail(session.error());
  return std::move(*session);
}

}  // namespace

Result<std::unique_ptr<Accounts>> Accounts::open(const std::string& path, const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  auto device_key = device_key_of(*database);
  if (!device_key) return fail(device_key.error());
  return std::unique_ptr<Accounts>(
      std::make_unique<SqliteAccounts>(std::move(*database), std::move(*device_key), clock));
}

std::optional<files::FileVersion> Accounts::version_of(const std::string& path) {
  return console_db_version(path);
}

Result<std::vector<User>> Accounts::read_users(const std::string& path) {
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .busy_timeout_ms = kConsoleDbBusyMs,
                                                .is_glance = true});
  if (!database) return fail(database.error());
  return all_users_of_any_version(*database);
}

}  // namespace penstock::console
