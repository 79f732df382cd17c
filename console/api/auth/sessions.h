// Sessions: who is signed in, from where and since when. Rows of console.db that hold the hash of a
// token, never the token.
//
// A session lasts its hours, and ends before where nobody asks by it for as long as is said. A user
// has kSessionsMax at once; one more ends the oldest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/auth/user.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

struct Session {
  std::string token;  // For the cookie; the file holds only its hash. "": an API token's call.
  std::string csrf_token;
  std::int64_t expires_at_ms = 0;
  User user;
};

// What one says of a browser that signs in.
struct SignIn {
  std::int64_t hours = 0;  // That the session lasts.
  std::string_view address = "";
  std::string_view browser = "";  // "Firefox on Linux".
};

// A session as people see it in a list.
struct SeenSession {
  std::string id;  // Names it, opens nothing.
  std::string email;
  std::int64_t started_at_ms = 0;
  std::int64_t seen_at_ms = 0;  // To the minute.
  std::int64_t expires_at_ms = 0;
  std::string address;  // "" for one from before these were kept.
  std::string browser;
};

inline constexpr std::size_t kSessionsMax = 50;

class Sessions {
 public:
  // Borrows both.
  Sessions(sqlite::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Of those that nobody asked by for so long; 0: none. To the minute.
  void end_when_idle_for(std::int64_t ms) { idle_max_ms_ = ms; }

  Result<Session> start(const User& user, const SignIn& from);
  // Nullopt for one that is unknown, ended, past its hours or idle for too long. Does not depend on
  // a write: where an idle one cannot be ended, nobody's use of any could be noted.
  Result<std::optional<Session>> find(std::string_view token);
  Result<void> end(std::string_view token);

  // Those that last, the one seen last first. Of one user, or of all (nullopt).
  Result<std::vector<SeenSession>> list(std::optional<std::int64_t> user_id);
  // By a list's id. False: there is no such session, or it is not this user's.
  Result<bool> end_by_id(std::string_view id, std::optional<std::int64_t> user_id);
  Result<void> end_all_of(std::int64_t user_id);

  static std::string id_of(std::string_view token);

 private:
  Result<void> make_room(std::int64_t user_id, std::int64_t now_ms);
  void note_seen(std::string_view token_hash, std::int64_t now_ms);
  bool is_idle(std::int64_t seen_at_ms, std::int64_t now_ms) const {
    return idle_max_ms_ > 0 && now_ms - seen_at_ms >= idle_max_ms_;
  }
  // False where nothing can be written just now.
  bool try_to_end(std::string_view token_hash);

  sqlite::Database& database_;
  const Clock& clock_;
  std::int64_t idle_max_ms_ = 0;
};

}  // namespace penstock::console
