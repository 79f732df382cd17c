// What a browser keeps that has signed in to an account before: a cookie that says so, signed.
//
// It opens nothing. It only sets its browser apart from strangers, so that whoever guesses at an
// account's password slows down himself and not its owner. It names its account by a hash.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::console {

class DeviceTokens {
 public:
  // `key` is a secret of this installation, 32 random bytes or more as text.
  explicit DeviceTokens(std::string key) : key_(std::move(key)) {}

  std::string make(std::string_view email) const;

  // Made here, for whatever account.
  bool is_genuine(std::string_view token) const;
  // Made here, for this account.
  bool is_of(std::string_view token, std::string_view email) const;

 private:
  std::string signature(std::string_view content) const;
  std::string account(std::string_view nonce, std::string_view email) const;

  std::string key_;
};

}  // namespace penstock::console
