// Users, their passwords and sessions: console.db in the state directory.
//
// Blocking (SQLite, Argon2id): pool threads or a command line, never a loop. One object a thread;
// several processes may use the file at once. Whatever the number of objects, a process makes at
// most two password hashes at once (password_hashes.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/auth/sessions.h"
#include "console/api/auth/user.h"
#include "files/newer_version.h"

namespace penstock::console {

inline constexpr std::string_view kFirstAdministrator = "admin@localhost";
inline constexpr std::size_t kPasswordBytesMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 128;

class Accounts {
 public:
  static Result<std::unique_ptr<Accounts>> open(const std::string& path, const Clock& clock);
  // The users alone, for a tool: nothing is made or changed. kConfiguration where there is no file.
  static Result<std::vector<User>> read_users(const std::string& path);
  // Of the file; nullopt where there is none or it cannot be read.
  static std::optional<files::FileVersion> version_of(const std::string& path);
  virtual ~Accounts() = default;

  // With no user yet: makes kFirstAdministrator with a random password that must be changed, writes
  // it to `password_file` (mode 0600) and returns it. Nullopt where there are users.
  virtual Result<std::optional<std::string>> first_run(const std::string& password_file) = 0;

  // kRejected for an e-mail that is taken or malformed, or a password that breaks the rules.
  virtual Result<User> add(std::string_view email, Rights rights, std::string_view password,
                           bool must_change) = 0;
  // Ends the user's sessions. kRejected: no such user, or a password that breaks the rules.
  virtual Result<void> set_password(std::string_view email, std::string_view password) = 0;
  // Whether it is the user's password. False for an unknown user, in the same time.
  virtual Result<bool> is_password(std::string_view email, std::string_view password) = 0;
  virtual Result<std::vector<User>> list() = 0;
  // Nullopt: no such user.
  virtual Result<std::optional<User>> find(std::int64_t id) = 0;
  // Less than he had ends his sessions. kRejected: no such user, or the last administrator.
  virtual Result<void> set_rights(std::int64_t id, const Rights& rights) = 0;
  // With his sessions, tokens and private views. kRejected: no such user, or the last
  // administrator.
  virtual Result<void> remove(std::string_view email) = 0;

  // Nullopt for a wrong e-mail or password, in the same time for both.
  virtual Result<std::optional<Session>> sign_in(std::string_view email, std::string_view password,
                                                 const SignIn& from) = 0;
  // Nullopt for a session that is unknown, ended or past its hours.
  virtual Result<std::optional<Session>> find_session(std::string_view token) = 0;
  virtual Result<void> sign_out(std::string_view token) = 0;

  // To list sessions, and to end others than one's own.
  virtual Sessions& sessions() = 0;

  // A secret of this installation that outlives the process: for DeviceTokens.
  virtual const std::string& device_key() const = 0;
};

}  // namespace penstock::console
