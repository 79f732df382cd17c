#include "intake/key_table.h"

#include <algorithm>
#include <utility>

#include "crypto/secrets.h"

namespace penstock::intake {
namespace {

constexpr std::size_t kSeenMax = 4096;
constexpr std::int64_t kSecondUs = 1'000'000;

}  // namespace

KnownKey::KnownKey(KeyEntry entry, KeyAccount& account, std::size_t reactor)
    : entry_(std::move(entry)),
      has_rules_(!entry_.rules.is_empty()),
      account_(&account),
      use_(&account.use(reactor)) {
  for (const std::string& text : entry_.rules.origins) {
    if (const auto pattern = read_origin_pattern(text)) origins_.push_back(*pattern);
  }
  if (const auto networks = http::NetworkList::parse(entry_.rules.addresses)) {
    addresses_ = AddressRanges(*networks);
  }
}

// What the rules were read with has been checked; a list of which nothing is left lets nobody in.
KeyRefusal KnownKey::refusal_by_rules(const Sender& sender) const {
  const KeyRules& rules = entry_.rules;
  if (rules.expires_at_ms != 0 && sender.clock.wall_ms() >= rules.expires_at_ms) {
    return KeyRefusal::kExpired;
  }
  if (!rules.addresses.empty()) {
    const http::Address client =
        http::client_address(sender.peer, sender.headers.x_forwarded_for, sender.trusted_proxies);
    if (!addresses_.contains(client)) return KeyRefusal::kAddress;
  }
  if (!rules.origins.empty() && !is_origin_allowed(sender.headers)) return KeyRefusal::kOrigin;
  const bool is_used_up =
      rules.events_a_minute > 0 && account_->quota().wait_us(sender.clock.mono_us()) > 0;
  return is_used_up ? KeyRefusal::kQuota : KeyRefusal::kNone;
}

// A browser sends Origin with what a script posts, and with images Referer alone.
bool KnownKey::is_origin_allowed(const IntakeHeaders& headers) const {
  const auto origin = read_origin(headers.origin.empty() ? headers.referer : headers.origin);
  return origin && std::any_of(origins_.begin(), origins_.end(), [&](const OriginParts& pattern) {
           return matches(pattern, *origin);
         });
}

std::int64_t KnownKey::wait_s(const Clock& clock) const {
  const std::int64_t wait_us = account_->quota().wait_us(clock.mono_us());
  return std::max<std::int64_t>((wait_us + kSecondUs - 1) / kSecondUs, 1);
}

void KnownKey::count_taken(std::uint64_t events, std::int64_t now_ms, const Clock& clock) const {
  use_->events.add(events);
  use_->last_ms.set(static_cast<std::uint64_t>(now_ms));
  const std::int64_t quota = entry_.rules.events_a_minute;
  if (quota > 0) account_->quota().take(events, quota, clock.mono_us());
}

KeyTable::KeyTable(Keys keys, KeyLedger* ledger, std::size_t reactor) {
  if (ledger == nullptr) {
    own_ledger_ = std::make_unique<KeyLedger>(reactor + 1);
    ledger = own_ledger_.get();
  }
  // Of one that is there twice the revoked entry counts.
  std::stable_sort(keys.begin(), keys.end(), [](const KeyEntry& a, const KeyEntry& b) {
    return a.is_revoked() && !b.is_revoked();
  });
  by_hash_.reserve(keys.size());
  for (KeyEntry& key : keys) {
    KeyAccount& account = ledger->account(key.id);
    std::string hash = key.hash;
    by_hash_.try_emplace(std::move(hash), std::move(key), account, reactor);
  }
}

const KnownKey* KeyTable::find(std::string_view key) {
  if (by_hash_.empty() || key.empty() || key.size() > kKeyBytesMax) return nullptr;
  if (const auto seen = seen_.find(key); seen != seen_.end()) return seen->second;

  const auto found = by_hash_.find(crypto::token_hash(key));
  if (found == by_hash_.end()) return nullptr;  // Not remembered: strangers could fill the table.
  if (seen_.size() >= kSeenMax) seen_.clear();
  seen_.emplace(key, &found->second);
  return &found->second;
}

}  // namespace penstock::intake
