#include "console/api/auth/invitations.h"

#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/password_hashes.h"
#include "console/api/auth/password_rules.h"
#include "console/api/auth/user_rows.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kDayMs = 86'400'000;

constexpr std::string_view kSelect =
    "SELECT id, email, role, invited_by, created_at, expires_at, projects FROM invitations ";

Invitation invitation_of(const sqlite::Statement& row) {
  Invitation one;
  one.id = row.integer(0);
  one.email = row.text(1);
  one.rights = rights_of(row, 2, 6);
  one.invited_by = row.text(3);
  one.created_at_ms = row.integer(4);
  one.expires_at_ms = row.integer(5);
  return one;
}

class SqliteInvitations final : public Invitations {
 public:
  SqliteInvitations(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  Result<NewInvitation> make(std::string_view email, Rights rights,
                             std::string_view invited_by) override;
  Result<std::vector<Invitation>> list() override;
  Result<std::optional<Invitation>> remove(std::int64_t id) override;
  Result<std::optional<Invitation>> find(std::string_view token) override;
  Result<std::optional<User>> accept(std::string_view token, std::string_view password) override;

 private:
  // Expired ones, and the one that waits for this address.
  Result<void> sweep(std::string_view email);
  Result<void> insert(Invitation& invitation, std::string_view hash);
  Result<bool> erase(std::int64_t id);

  sqlite::Database database_;
  const Clock& clock_;
};

Result<NewInvitation> SqliteInvitations::make(std::string_view email, Rights rights,
                                              std::string_view invited_by) {
  const auto address = normal_email(email);
  if (!address) return fail(ErrorCode::kRejected, "this is no e-mail address");
  NewInvitation made;
  made.token = crypto::random_token(kTokenBytes);
  made.invitation.email = *address;
  made.invitation.rights = std::move(rights);
  made.invitation.invited_by = invited_by;
  made.invitation.created_at_ms = clock_.wall_ms();
  made.invitation.expires_at_ms = made.invitation.created_at_ms + kInvitationDays * kDayMs;
  const std::string hash = crypto::token_hash(made.token);

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto user = find_credentials(database_, *address);
  if (!user) return fail(user.error());
  if (*user) return fail(ErrorCode::kRejected, "there is a user with this e-mail address");
  PENSTOCK_TRY(sweep(*address));
  auto waiting = read_number(database_, "SELECT count(*) FROM invitations");
  if (!waiting) return fail(waiting.error());
  if (*waiting >= static_cast<std::int64_t>(kInvitationsMax)) {
    return fail(ErrorCode::kRejected, "200 invitations wait: take one back first");
  }
  PENSTOCK_TRY(insert(made.invitation, hash));
  PENSTOCK_TRY(transaction->commit());
  return made;
}

Result<void> SqliteInvitations::sweep(std::string_view email) {
  auto statement = database_.prepare("DELETE FROM invitations WHERE expires_at <= ? OR email = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, clock_.wall_ms()).bind(2, email);
  return statement->run();
}

Result<void> SqliteInvitations::insert(Invitation& invitation, std::string_view hash) {
  auto statement = database_.prepare(
      "INSERT INTO invitations (token_hash, email, role, projects, invited_by, created_at, "
      "expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!statement) return fail(statement.error());
  const KeptRights rights(invitation.rights);
  rights.bind(*statement, 3, 4);
  statement->bind(1, hash)
      .bind(2, invitation.email)
      .bind(5, invitation.invited_by)
      .bind(6, invitation.created_at_ms)
      .bind(7, invitation.expires_at_ms);
  PENSTOCK_TRY(statement->run());
  invitation.id = database_.last_row_id();
  return {};
}

Result<bool> SqliteInvitations::erase(std::int64_t id) {
  auto statement = database_.prepare("DELETE FROM invitations WHERE id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, id);
  PENSTOCK_TRY(statement->run());
  return database_.changes() > 0;
}

Result<std::vector<Invitation>> SqliteInvitations::list() {
  auto query = database_.prepare(str_cat(kSelect, "WHERE expires_at > ? ORDER BY id DESC"));
  if (!query) return fail(query.error());
  query->bind(1, clock_.wall_ms());
  std::vector<Invitation> all;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) all.push_back(invitation_of(*query));
  if (!has_row) return fail(has_row.error());
  return all;
}

Result<std::optional<Invitation>> SqliteInvitations::remove(std::int64_t id) {
  std::optional<Invitation> found;
  {
    auto query = database_.prepare(str_cat(kSelect, "WHERE id = ?"));
    if (!query) return fail(query.error());
    query->bind(1, id);
    auto has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (*has_row) found = invitation_of(*query);
  }
  if (!found) return std::nullopt;
  auto erased = erase(id);
  if (!erased) return fail(erased.error());
  if (!*erased) return std::nullopt;
  return found;
}

Result<std::optional<Invitation>> SqliteInvitations::find(std::string_view token) {
  const std::string hash = crypto::token_hash(token);
  auto query = database_.prepare(str_cat(kSelect, "WHERE token_hash = ? AND expires_at > ?"));
  if (!query) return fail(query.error());
  query->bind(1, hash).bind(2, clock_.wall_ms());
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::nullopt;
  return invitation_of(*query);
}

Result<std::optional<User>> SqliteInvitations::accept(std::string_view token,
                                                      std::string_view password) {
  auto invitation = find(token);
  if (!invitation) return fail(invitation.error());
  if (!*invitation) return std::nullopt;
  if (const char* fault = password_fault(password, (*invitation)->email)) {
    return fail(ErrorCode::kRejected, fault);
  }
  const std::string hash = hash_password(password);
  if (hash.empty()) return fail(ErrorCode::kExhausted, "hash the password");

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto erased = erase((*invitation)->id);
  if (!erased) return fail(erased.error());
  if (!*erased) return std::nullopt;  // Somebody else was first.
  User user;
  user.email = (*invitation)->email;
  user.rights = (*invitation)->rights;
  user.created_at_ms = clock_.wall_ms();
  auto made = insert_user(database_, std::move(user), hash);
  if (!made) return fail(made.error());
  PENSTOCK_TRY(transaction->commit());
  return std::move(*made);
}

}  // namespace

Result<std::unique_ptr<Invitations>> Invitations::open(const std::string& path,
                                                       const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<Invitations>(
      std::make_unique<SqliteInvitations>(std::move(*database), clock));
}

}  // namespace penstock::console
