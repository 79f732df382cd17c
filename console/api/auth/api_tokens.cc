#include "console/api/auth/api_tokens.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/plain_name.h"
#include "console/api/auth/user_rows.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

constexpr std::size_t kSecretCharacters = 43;
constexpr std::int64_t kDayMs = 86'400'000;
// A program may call many times a second; its token's last use need not be written as often.
constexpr std::int64_t kUsedEveryMs = 60'000;

constexpr std::string_view kColumns =
    "tokens.id, tokens.name, users.email, tokens.role, tokens.created_at, tokens.expires_at, "
    "tokens.last_used_at FROM tokens JOIN users ON users.id = tokens.user_id";

ApiToken token_of(const sqlite::Statement& row) {
  ApiToken token;
  token.id = row.integer(0);
  token.name = row.text(1);
  token.email = row.text(2);
  token.role = role_of(row.text(3)).value_or(Role::kViewer);
  token.created_at_ms = row.integer(4);
  token.expires_at_ms = row.integer(5);
  token.last_used_at_ms = row.integer(6);
  return token;
}

class SqliteApiTokens final : public ApiTokens {
 public:
  SqliteApiTokens(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  Result<NewToken> make(const User& owner, std::string_view name, Role role,
                        std::int64_t days) override;
  Result<std::optional<TokenUser>> find(std::string_view secret) override;
  Result<std::vector<ApiToken>> list(std::optional<std::int64_t> user_id) override;
  Result<std::optional<ApiToken>> remove(std::int64_t id,
                                         std::optional<std::int64_t> user_id) override;

 private:
  Result<void> insert(const User& owner, ApiToken& token, std::string_view hash);
  void note_used(std::int64_t id, std::int64_t now_ms);

  sqlite::Database database_;
  const Clock& clock_;
};

Result<NewToken> SqliteApiTokens::make(const User& owner, std::string_view name, Role role,
                                       std::int64_t days) {
  if (!is_plain_name(name, kTokenNameBytesMax)) {
    return fail(ErrorCode::kRejected,
                "a name has 1 to 80 bytes of text without control characters");
  }
  if (role > owner.rights.highest()) {
    return fail(ErrorCode::kRejected, "the role is more than your own");
  }
  NewToken made;
  made.secret = str_cat(kTokenPrefix, crypto::random_alphanumeric(kSecretCharacters));
  made.token.name = name;
  made.token.email = owner.email;
  made.token.role = role;
  made.token.created_at_ms = clock_.wall_ms();
  made.token.expires_at_ms = days == 0 ? 0 : made.token.created_at_ms + days * kDayMs;
  const std::string hash = crypto::token_hash(made.secret);

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(insert(owner, made.token, hash));
  PENSTOCK_TRY(transaction->commit());
  return made;
}

Result<void> SqliteApiTokens::insert(const User& owner, ApiToken& token, std::string_view hash) {
  auto count = database_.prepare("SELECT count(*) FROM tokens WHERE user_id = ?");
  if (!count) return fail(count.error());
  count->bind(1, owner.id);
  auto has_row = count->step();
  if (!has_row) return fail(has_row.error());
  if (count->integer(0) >= static_cast<std::int64_t>(kTokensMax)) {
    return fail(ErrorCode::kRejected, "you have 50 tokens: remove one first");
  }
  count->reset();
  auto statement = database_.prepare(
      "INSERT INTO tokens (token_hash, user_id, name, role, created_at, expires_at) "
      "VALUES (?, ?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  statement->bind(1, hash)
      .bind(2, owner.id)
      .bind(3, token.name)
      .bind(4, to_text(token.role))
      .bind(5, token.created_at_ms)
      .bind(6, token.expires_at_ms);
  PENSTOCK_TRY(statement->run());
  token.id = database_.last_row_id();
  return {};
}

Result<std::optional<TokenUser>> SqliteApiTokens::find(std::string_view secret) {
  if (secret.substr(0, kTokenPrefix.size()) != kTokenPrefix) return std::nullopt;
  const std::int64_t now = clock_.wall_ms();
  const std::string hash = crypto::token_hash(secret);
  TokenUser found;
  std::int64_t id = 0;
  std::int64_t used_at_ms = 0;
  {
    auto query = database_.prepare(
        str_cat("SELECT ", kUserColumns,
                ", tokens.id, tokens.name, tokens.role, expires_at, last_used_at FROM tokens "
                "JOIN users ON users.id = tokens.user_id WHERE token_hash = ?"));
    if (!query) return fail(query.error());
    query->bind(1, hash);
    auto has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return std::nullopt;
    const std::int64_t expires_at_ms = query->integer(kUserColumnCount + 3);
    if (expires_at_ms != 0 && expires_at_ms <= now) return std::nullopt;
    found.user = user_of(*query);
    id = query->integer(kUserColumnCount);
    found.name = query->text(kUserColumnCount + 1);
    const Role role = role_of(query->text(kUserColumnCount + 2)).value_or(Role::kViewer);
    found.user.rights = found.user.rights.at_most(role);
    used_at_ms = query->integer(kUserColumnCount + 4);
  }
  if (now - used_at_ms >= kUsedEveryMs) note_used(id, now);
  return found;
}

// At once or not at all, as a session's (sessions.cc).
void SqliteApiTokens::note_used(std::int64_t id, std::int64_t now_ms) {
  database_.set_busy_timeout(0);
  auto statement = database_.prepare("UPDATE tokens SET last_used_at = ? WHERE id = ?");
  if (statement) {
    statement->bind(1, now_ms).bind(2, id);
    static_cast<void>(statement->run());
  }
  database_.set_busy_timeout(kConsoleDbBusyMs);
}

Result<std::vector<ApiToken>> SqliteApiTokens::list(std::optional<std::int64_t> user_id) {
  auto query = database_.prepare(
      str_cat("SELECT ", kColumns, " WHERE ?1 = 0 OR tokens.user_id = ?1 ORDER BY tokens.id DESC"));
  if (!query) return fail(query.error());
  query->bind(1, user_id.value_or(0));
  std::vector<ApiToken> tokens;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) tokens.push_back(token_of(*query));
  if (!has_row) return fail(has_row.error());
  return tokens;
}

Result<std::optional<ApiToken>> SqliteApiTokens::remove(std::int64_t id,
                                                        std::optional<std::int64_t> user_id) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  std::optional<ApiToken> token;
  {
    auto query = database_.prepare(
        str_cat("SELECT ", kColumns, " WHERE tokens.id = ?1 AND (?2 = 0 OR tokens.user_id = ?2)"));
    if (!query) return fail(query.error());
    query->bind(1, id).bind(2, user_id.value_or(0));
    auto has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row) return std::nullopt;
    token = token_of(*query);
  }
  auto statement = database_.prepare("DELETE FROM tokens WHERE id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, id);
  PENSTOCK_TRY(statement->run());
  PENSTOCK_TRY(transaction->commit());
  return token;
}

}  // namespace

Result<std::unique_ptr<ApiTokens>> ApiTokens::open(const std::string& path, const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<ApiTokens>(std::make_unique<SqliteApiTokens>(std::move(*database), clock));
}

}  // namespace penstock::console
