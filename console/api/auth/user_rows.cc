#include "console/api/auth/user_rows.h"

#include <utility>

#include "base/text.h"
#include "console/api/auth/rights_json.h"

namespace penstock::console {

User user_of(const sqlite::Statement& row) {
  User user;
  user.id = row.integer(0);
  user.email = row.text(1);
  user.rights = rights_of(row, 2, 6);
  user.must_change_password = row.integer(3) != 0;
  user.created_at_ms = row.integer(4);
  user.last_login_ms = row.integer(5);
  return user;
}

Rights rights_of(const sqlite::Statement& row, int role_column, int projects_column) {
  if (!row.is_null(projects_column)) return read_projects(row.text(projects_column));
  return role_of(row.text(role_column)).value_or(Role::kViewer);
}

// Beside projects the role says nothing, and the table wants one.
KeptRights::KeptRights(const Rights& rights)
    : role_(to_text(rights.is_limited() ? Role::kViewer : rights.role)) {
  if (rights.is_limited()) projects_ = projects_json(rights);
}

void KeptRights::bind(sqlite::Statement& statement, int role_index, int projects_index) const {
  statement.bind(role_index, role_);
  if (projects_) {
    statement.bind(projects_index, *projects_);
  } else {
    statement.bind_null(projects_index);
  }
}

Result<std::optional<Credentials>> find_credentials(sqlite::Database& database,
                                                    std::string_view email) {
  auto query = database.prepare(
      str_cat("SELECT ", kUserColumns, ", password_hash FROM users WHERE email = ?"));
  if (!query) return fail(query.error());
  query->bind(1, email);
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::nullopt;
  return Credentials{user_of(*query), std::string(query->text(kUserColumnCount))};
}

Result<std::optional<User>> find_user(sqlite::Database& database, std::int64_t id) {
  auto query = database.prepare(str_cat("SELECT ", kUserColumns, " FROM users WHERE id = ?"));
  if (!query) return fail(query.error());
  query->bind(1, id);
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::nullopt;
  return user_of(*query);
}

namespace {

Result<std::vector<User>> read_all(sqlite::Database& database, std::string_view columns) {
  auto query = database.prepare(str_cat("SELECT ", columns, " FROM users ORDER BY email"));
  if (!query) return fail(query.error());
  std::vector<User> users;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) users.push_back(user_of(*query));
  if (!has_row) return fail(has_row.error());
  return users;
}

constexpr std::int64_t kProjectsSince = 5;  // Of console_db.cc.

}  // namespace

Result<std::vector<User>> all_users(sqlite::Database& database) {
  return read_all(database, kUserColumns);
}

Result<std::vector<User>> all_users_of_any_version(sqlite::Database& database) {
  const auto version = read_number(database, "PRAGMA user_version");
  if (!version) return fail(version.error());
  if (*version >= kProjectsSince) return all_users(database);
  return read_all(database,
                  "id, email, role, must_change_password, created_at, last_login_at, NULL");
}

Result<User> insert_user(sqlite::Database& database, User user, std::string_view password_hash) {
  auto taken = find_credentials(database, user.email);
  if (!taken) return fail(taken.error());
  if (*taken) return fail(ErrorCode::kRejected, "there is a user with this e-mail address");
  auto statement = database.prepare(
      "INSERT INTO users (email, role, projects, password_hash, must_change_password, created_at) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  const KeptRights rights(user.rights);
  rights.bind(*statement, 2, 3);
  statement->bind(1, user.email)
      .bind(4, password_hash)
      .bind(5, std::int64_t{user.must_change_password})
      .bind(6, user.created_at_ms);
  PENSTOCK_TRY(statement->run());
  user.id = database.last_row_id();
  return user;
}

Result<std::int64_t> read_number(sqlite::Database& database, std::string_view sql) {
  auto query = database.prepare(sql);
  if (!query) return fail(query.error());
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return *has_row ? query->integer(0) : 0;
}

}  // namespace penstock::console
