// Invitations: a link that makes its reader a user with a password of his own. Good for 7 days and
// once; the file holds only the hash of its token.
//
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

inline constexpr std::size_t kInvitationsMax = 200;  // That wait.
inline constexpr std::int64_t kInvitationDays = 7;

struct Invitation {
  std::int64_t id = 0;
  std::string email;
  Rights rights;
  std::string invited_by;
  std::int64_t created_at_ms = 0;
  std::int64_t expires_at_ms = 0;
};

struct NewInvitation {
  Invitation invitation;
  std::string token;  // Nobody can read it again.
};

class Invitations {
 public:
  static Result<std::unique_ptr<Invitations>> open(const std::string& path, const Clock& clock);
  virtual ~Invitations() = default;

  // One that waits for this address is replaced: its link is dead. kRejected: no address, there is
  // such a user, or too many wait.
  virtual Result<NewInvitation> make(std::string_view email, Rights rights,
                                     std::string_view invited_by) = 0;
  // Those that wait, the newest first.
  virtual Result<std::vector<Invitation>> list() = 0;
  // What was taken back; nullopt: there is none.
  virtual Result<std::optional<Invitation>> remove(std::int64_t id) = 0;

  // Who is invited by this token; nullopt for one that is unknown, used, taken back or expired.
  virtual Result<std::optional<Invitation>> find(std::string_view token) = 0;
  // Makes the user, and the token is used up. Nullopt as find(). kRejected: a password that breaks
  // the rules, or there is such a user by now; the token stays good.
  virtual Result<std::optional<User>> accept(std::string_view token, std::string_view password) = 0;
};

}  // namespace penstock::console
