#include "console/api/auth/sessions.h"

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/user_rows.h"
#include "crypto/secrets.h"

namespace penstock::console {

namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::int64_t kHourMs = 3'600'000;
// A page polls every few seconds; its session's last_seen_at need not be written as often.
constexpr std::int64_t kSeenEveryMs = 60'000;
// Of the token's hash, in hex: 128 bits, which name a session and say nothing about its token.
constexpr std::size_t kIdBytes = 32;

// Made from the session's secret, so that it is the same after the page was loaded again and
// nothing more has to be kept.
std::string csrf_token_of(std::string_view token) {
  return crypto::token_hash(str_cat("csrf:", token));
}

}  // namespace

std::string Sessions::id_of(std::string_view token) {
  return token.empty() ? std::string() : crypto::token_hash(token).substr(0, kIdBytes);
}

Result<Session> Sessions::start(const User& user, const SignIn& from) {
  const std::int64_t now = clock_.wall_ms();
  Session session;
  session.token = crypto::random_token(kTokenBytes);
  session.csrf_token = csrf_token_of(session.token);
  session.expires_at_ms = now + from.hours * kHourMs;
  session.user = user;
  session.user.last_login_ms = now;
  const std::string hash = crypto::token_hash(session.token);

  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  PENSTOCK_TRY(make_room(user.id, now));
  auto insert = database_.prepare(
      "INSERT INTO sessions (token_hash, user_id, created_at, expires_at, last_seen_at, address, "
      "browser) VALUES (?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return fail(insert.error());
  insert->bind(1, hash)
      .bind(2, user.id)
      .bind(3, now)
      .bind(4, session.expires_at_ms)
      .bind(5, now)
      .bind(6, from.address)
      .bind(7, from.browser);
  PENSTOCK_TRY(insert->run());
  auto touch = database_.prepare("UPDATE users SET last_login_at = ? WHERE id = ?");
  if (!touch) return fail(touch.error());
  touch->bind(1, now).bind(2, user.id);
  PENSTOCK_TRY(touch->run());
  PENSTOCK_TRY(transaction->commit());
  return session;
}

Result<void> Sessions::make_room(std::int64_t user_id, std::int64_t now_ms) {
  auto sweep = database_.prepare("DELETE FROM sessions WHERE expires_at <= ?");
  if (!sweep) return fail(sweep.error());
  sweep->bind(1, now_ms);
  PENSTOCK_TRY(sweep->run());
  auto oldest = database_.prepare(
      "DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions "
      "WHERE user_id = ? ORDER BY created_at DESC, token_hash LIMIT -1 OFFSET ?)");
  if (!oldest) return fail(oldest.error());
  oldest->bind(1, user_id).bind(2, kSessionsMax - 1);
  return oldest->run();
}

Result<std::optional<Session>> Sessions::find(std::string_view token) {
  if (token.empty()) return std::nullopt;
  const std::int64_t now = clock_.wall_ms();
  const std::string hash = crypto::token_hash(token);
  std::int64_t seen_at_ms = 0;
  Session session;
  {
    auto query = database_.prepare(
        str_cat("SELECT ", kUserColumns,
                ", sessions.expires_at, sessions.last_seen_at FROM sessions "
                "JOIN users ON users.id = sessions.user_id WHERE token_hash = ?"));
    if (!query) return fail(query.error());
    query->bind(1, hash);
    auto has_row = query->step();
    if (!has_row) return fail(has_row.error());
    if (!*has_row || query->integer(kUserColumnCount) <= now) return std::nullopt;
    session.user = user_of(*query);
    session.expires_at_ms = query->integer(kUserColumnCount);
    seen_at_ms = query->integer(kUserColumnCount + 1);
  }
  if (is_idle(seen_at_ms, now) && try_to_end(hash)) return std::nullopt;
  session.token = token;
  session.csrf_token = csrf_token_of(token);
  if (now - seen_at_ms >= kSeenEveryMs) note_seen(hash, now);
  return session;
}

// At once or not at all: a session is good also where nothing can be written, because the disk is
// full or another process holds the lock, which is just when people want to look.
void Sessions::note_seen(std::string_view token_hash, std::int64_t now_ms) {
  database_.set_busy_timeout(0);
  auto statement = database_.prepare("UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?");
  if (statement) {
    statement->bind(1, now_ms).bind(2, token_hash);
    static_cast<void>(statement->run());
  }
  database_.set_busy_timeout(kConsoleDbBusyMs);
}

bool Sessions::try_to_end(std::string_view token_hash) {
  database_.set_busy_timeout(0);
  auto statement = database_.prepare("DELETE FROM sessions WHERE token_hash = ?");
  const bool is_ended = statement && statement->bind(1, token_hash).run();
  database_.set_busy_timeout(kConsoleDbBusyMs);
  return is_ended;
}

Result<void> Sessions::end(std::string_view token) {
  const std::string hash = crypto::token_hash(token);
  auto statement = database_.prepare("DELETE FROM sessions WHERE token_hash = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, hash);
  return statement->run();
}

Result<std::vector<SeenSession>> Sessions::list(std::optional<std::int64_t> user_id) {
  auto query = database_.prepare(
      "SELECT token_hash, email, sessions.created_at, last_seen_at, expires_at, address, browser "
      "FROM sessions JOIN users ON users.id = sessions.user_id "
      "WHERE expires_at > ?1 AND (?2 = 0 OR user_id = ?2) AND last_seen_at > ?3 "
      "ORDER BY last_seen_at DESC, token_hash");
  if (!query) return fail(query.error());
  const std::int64_t now = clock_.wall_ms();
  query->bind(1, now).bind(2, user_id.value_or(0));
  query->bind(3, idle_max_ms_ > 0 ? now - idle_max_ms_ : -1);
  std::vector<SeenSession> sessions;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) {
    SeenSession one;
    one.id = query->text(0).substr(0, kIdBytes);
    one.email = query->text(1);
    one.started_at_ms = query->integer(2);
    one.seen_at_ms = query->integer(3);
    one.expires_at_ms = query->integer(4);
    one.address = query->text(5);
    one.browser = query->text(6);
    sessions.push_back(std::move(one));
  }
  if (!has_row) return fail(has_row.error());
  return sessions;
}

Result<bool> Sessions::end_by_id(std::string_view id, std::optional<std::int64_t> user_id) {
  auto statement = database_.prepare(
      "DELETE FROM sessions WHERE substr(token_hash, 1, 32) = ?1 AND (?2 = 0 OR user_id = ?2)");
  if (!statement) return fail(statement.error());
  statement->bind(1, id).bind(2, user_id.value_or(0));
  PENSTOCK_TRY(statement->run());
  return database_.changes() > 0;
}

Result<void> Sessions::end_all_of(std::int64_t user_id) {
  auto statement = database_.prepare("DELETE FROM sessions WHERE user_id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, user_id);
  return statement->run();
}

}  // namespace penstock::console
