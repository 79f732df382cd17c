#include "console/api/auth/sign_in_limiter.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kForgetUs = 3600 * kSecondUs;
constexpr std::size_t kEntriesMax = 10'000;
// Longer than any address of ours; what is longer is some text that matches nobody.
constexpr std::size_t kKeyBytesMax = 256;

std::string pair_key(const SignInTry& one) {
  return str_cat("pair ", one.address, " ", to_lower(one.email.substr(0, kKeyBytesMax)));
}

std::string address_key(const SignInTry& one) { return str_cat("address ", one.address); }

std::string device_key(const SignInTry& one) { return str_cat("device ", one.device); }

}  // namespace

std::int64_t SignInLimiter::admit(const SignInTry& one) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = clock_.mono_us();
  make_room(now);
  const auto seconds = [now](std::int64_t until_us) {
    return until_us <= now ? 0 : (until_us - now + kSecondUs - 1) / kSecondUs;
  };
  if (!one.device.empty()) {
    Entry& device = entry(device_key(one), now);
    if (const std::int64_t wait_s = seconds(device.not_before_us); wait_s > 0) return wait_s;
    note_failure(device, kDeviceRule, now);
    return 0;
  }
  Entry& pair = entry(pair_key(one), now);
  Entry& client = entry(address_key(one), now);
  if (const std::int64_t wait_s = seconds(std::max(pair.not_before_us, client.not_before_us));
      wait_s > 0) {
    return wait_s;
  }
  note_failure(pair, kPairRule, now);
  note_failure(client, kAddressRule, now);
  return 0;
}

void SignInLimiter::succeeded(const SignInTry& one) {
  const std::lock_guard lock(mutex_);
  if (!one.device.empty()) {
    entries_.erase(device_key(one));
    return;
  }
  entries_.erase(pair_key(one));
  // The address keeps its other failures: someone who guesses may have an account too.
  const auto client = entries_.find(address_key(one));
  if (client == entries_.end()) return;
  if (client->second.failures > 0) --client->second.failures;
  client->second.not_before_us = 0;
}

std::size_t SignInLimiter::remembered() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

SignInLimiter::Entry& SignInLimiter::entry(std::string key, std::int64_t now_us) {
  Entry& found = entries_[std::move(key)];
  if (now_us - found.last_us >= kForgetUs) found = Entry{};
  found.last_us = now_us;
  return found;
}

void SignInLimiter::note_failure(Entry& entry, const Rule& rule, std::int64_t now_us) {
  ++entry.failures;
  if (entry.failures <= rule.free_tries) return;
  const std::uint32_t doublings = std::min<std::uint32_t>(entry.failures - rule.free_tries - 1, 20);
  const std::int64_t delay_s = std::min(std::int64_t{1} << doublings, rule.delay_s_max);
  entry.not_before_us = now_us + delay_s * kSecondUs;
}

// Room for the two entries of a try. When nothing is old enough to be forgotten, those with the
// fewest failures go: a flood of invented names does not wash out the one under attack.
void SignInLimiter::make_room(std::int64_t now_us) {
  if (entries_.size() + 2 <= kEntriesMax) return;
  std::erase_if(entries_,
                [&](const auto& item) { return now_us - item.second.last_us >= kForgetUs; });
  for (std::uint32_t failures = 1; entries_.size() + 2 > kEntriesMax; failures *= 2) {
    std::erase_if(entries_, [&](const auto& item) { return item.second.failures <= failures; });
  }
}

}  // namespace penstock::console
