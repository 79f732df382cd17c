// Slows down whoever guesses passwords: a delay that grows with each failure, per account and per
// client address. Nobody is locked out for good.
//
// An account's delay ends at a minute, because its owner has to wait for it as well; an address's
// at a quarter of an hour. Both are forgotten an hour after the last try.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace penstock::console {

class SignInLimiter {
 public:
  // Borrows `clock`. Safe from every thread.
  explicit SignInLimiter(const Clock& clock) : clock_(clock) {}

  // 0: try, and it counts as a failure until succeeded() says otherwise, so that many tries at once
  // gain nothing. Else the seconds to wait; the try does not count.
  std::int64_t admit(std::string_view email, std::string_view address);

  void succeeded(std::string_view email, std::string_view address);

  // Accounts and addresses remembered; bounded whatever is tried.
  std::size_t remembered() const;

 private:
  struct Entry {
    std::uint32_t failures = 0;
    std::int64_t not_before_us = 0;
    std::int64_t last_us = 0;
  };
  struct Rule {
    std::uint32_t free_tries;
    std::int64_t delay_s_max;
  };
  static constexpr Rule kAccountRule{5, 60};
  static constexpr Rule kAddressRule{20, 900};  // An office may share one.

  Entry& entry(std::string key, std::int64_t now_us);
  void make_room(std::int64_t now_us);
  static void note_failure(Entry& entry, const Rule& rule, std::int64_t now_us);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace penstock::console
