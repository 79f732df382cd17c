#include "console/api/auth/user_rows.h"

#include <utility>

#include "base/text.h"

namespace penstock::console {

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

Result<std::vector<User>> all_users(sqlite::Database& database) {
  auto query = database.prepare(str_cat("SELECT ", kUserColumns, " FROM users ORDER BY email"));
  if (!query) return fail(query.error());
  std::vector<User> users;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) users.push_back(user_of(*query));
  if (!has_row) return fail(has_row.error());
  return users;
}

Result<User> insert_user(sqlite::Database& database, User user, std::string_view password_hash) {
  auto taken = find_credentials(database, user.email);
  if (!taken) return fail(taken.error());
  if (*taken) return fail(ErrorCode::kRejected, "there is a user with this e-mail address");
  auto statement = database.prepare(
      "INSERT INTO users (email, role, password_hash, must_change_password, created_at) "
      "VALUES (?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  statement->bind(1, user.email)
      .bind(2, to_text(user.role))
      .bind(3, password_hash)
      .bind(4, std::int64_t{user.must_change_password})
      .bind(5, user.created_at_ms);
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
