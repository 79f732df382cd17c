// Rows of the table users, for whoever has console.db open: one statement each, no rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "console/api/auth/user.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

// What user_of() reads: kUserColumnCount columns of the table users, from the first on.
inline constexpr std::string_view kUserColumns =
    "users.id, users.email, users.role, users.must_change_password, users.created_at, "
    "users.last_login_at, users.projects";
inline constexpr int kUserColumnCount = 7;
User user_of(const sqlite::Statement& row);

// Rights as two columns have them, role and projects.
Rights rights_of(const sqlite::Statement& row, int role_column, int projects_column);
// Rights to be kept so.
class KeptRights {
 public:
  explicit KeptRights(const Rights& rights);
  // As values of these numbers. Lends its texts: it has to outlive the statement's run.
  void bind(sqlite::Statement& statement, int role_index, int projects_index) const;

 private:
  std::string_view role_;
  std::optional<std::string> projects_;
};

struct Credentials {
  User user;
  std::string hash;
};

// Nullopt: no such user. `email` as normal_email() writes it.
Result<std::optional<Credentials>> find_credentials(sqlite::Database& database,
                                                    std::string_view email);
Result<std::optional<User>> find_user(sqlite::Database& database, std::int64_t id);

// By e-mail address.
Result<std::vector<User>> all_users(sqlite::Database& database);
// The same of a file that may be of an older version, when each role was one everywhere.
Result<std::vector<User>> all_users_of_any_version(sqlite::Database& database);

// Gives `user` its id. kRejected for an address that is taken.
Result<User> insert_user(sqlite::Database& database, User user, std::string_view password_hash);

// The first number of a question's first row; 0 without one.
Result<std::int64_t> read_number(sqlite::Database& database, std::string_view sql);

}  // namespace penstock::console
