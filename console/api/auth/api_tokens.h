// API tokens: what a program shows in place of a session. "pst_" and 43 letters and digits (256
// random bits), shown once; the file holds only their hash, so a list of them opens nothing.
//
// A token may do what its role says and never more than its owner may today. It goes with
// him.
// Blocking; one object a thread, several processes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/auth/user.h"

namespace penstock::console {

inline constexpr std::string_view kTokenPrefix = "pst_";
inline constexpr std::size_t kTokensMax = 50;  // Of a user, the expired ones too.
inline constexpr std::size_t kTokenNameBytesMax = 80;

struct ApiToken {
  std::int64_t id = 0;
  std::string name;
  std::string email;          // The owner's.
  Role role = Role::kViewer;  // As it was made.
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;    // 0: never.
  std::int64_t last_used_at_ms = 0;  // To the minute; 0: never.
};

// Who calls by a token, with the rights that it has today.
struct TokenUser {
  User user;
  std::string name;
};

struct NewToken {
  ApiToken token;
  std::string secret;  // Nobody can read it again.
};

class ApiTokens {
 public:
  static Result<std::unique_ptr<ApiTokens>> open(const std::string& path, const Clock& clock);
  virtual ~ApiTokens() = default;

  // kRejected: a role above the owner's highest, no name, or too many tokens. `days` 0: never
  // expires.
  virtual Result<NewToken> make(const User& owner, std::string_view name, Role role,
                                std::int64_t days) = 0;
  // Nullopt for one that is unknown, removed or expired. Does not depend on a write.
  virtual Result<std::optional<TokenUser>> find(std::string_view secret) = 0;
  // Of one user, or of all (nullopt); the newest first.
  virtual Result<std::vector<ApiToken>> list(std::optional<std::int64_t> user_id) = 0;
  // What was removed; nullopt: there is none, or it is not this user's.
  virtual Result<std::optional<ApiToken>> remove(std::int64_t id,
                                                 std::optional<std::int64_t> user_id) = 0;
};

}  // namespace penstock::console
