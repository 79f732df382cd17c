// Slows down whoever guesses passwords, and nobody else: a delay that grows with each failure, per
// pair of account and client address and per address. Nobody is locked out for good, and no account
// by others: who is elsewhere, or has signed in from this browser before, has a budget of his own.
//
// Guesses from many addresses at one account are bounded by the work of hashing (Lane::kPassword).
// Delays end at a minute; all is forgotten an hour after the last try.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace penstock::console {

// Who tries.
struct SignInTry {
  std::string_view email;
  std::string_view address;
  std::string_view device;  // A genuine token of this account, or "": a stranger.
};

class SignInLimiter {
 public:
  // Borrows `clock`. Safe from every thread.
  explicit SignInLimiter(const Clock& clock) : clock_(clock) {}

  // 0: try, and it counts as a failure until succeeded() says otherwise, so that many tries at once
  // gain nothing. Else the seconds to wait; the try does not count.
  std::int64_t admit(const SignInTry& one);

  void succeeded(const SignInTry& one);

  // Pairs, addresses and devices remembered; bounded whatever is tried.
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
  static constexpr Rule kPairRule{5, 60};
  static constexpr Rule kAddressRule{20, 60};  // An office may share one.
  static constexpr Rule kDeviceRule{10, 60};

  Entry& entry(std::string key, std::int64_t now_us);
  void make_room(std::int64_t now_us);
  static void note_failure(Entry& entry, const Rule& rule, std::int64_t now_us);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace penstock::console
