// What a reactor asks for each request: whose key is it. One a reactor; remembers keys that it has
// seen, in a bounded table, so that a busy key is hashed once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "http/client_address.h"
#include "intake/address_ranges.h"
#include "intake/intake_request.h"
#include "intake/key_ledger.h"
#include "intake/keys.h"

namespace penstock::intake {

// Who sends a request, for keys that are bound to it. Borrows all.
struct Sender {
  const IntakeHeaders& headers;
  const http::Address& peer;
  const http::NetworkList& trusted_proxies;
  const Clock& clock;
};

// Why a key that is known is refused.
enum class KeyRefusal : std::uint8_t { kNone, kRevoked, kExpired, kOrigin, kAddress, kQuota };

// A key as it is looked up: its entry, its rules made ready, and where its use is counted.
class KnownKey {
 public:
  KnownKey(KeyEntry entry, KeyAccount& account, std::size_t reactor);
  KnownKey(const KnownKey&) = delete;
  KnownKey& operator=(const KnownKey&) = delete;

  const KeyEntry& entry() const { return entry_; }
  bool is_revoked() const { return entry_.is_revoked(); }
  // Of a key without rules nothing of the sender is looked at.
  KeyRefusal refusal_of(const Sender& sender) const {
    if (is_revoked()) return KeyRefusal::kRevoked;
    return has_rules_ ? refusal_by_rules(sender) : KeyRefusal::kNone;
  }
  // Seconds until an event of its quota is free again, at least 1.
  std::int64_t wait_s(const Clock& clock) const;

  void count_taken(std::uint64_t events, std::int64_t now_ms, const Clock& clock) const;
  void count_refused() const { use_->refused.add(); }

 private:
  KeyRefusal refusal_by_rules(const Sender& sender) const;
  bool is_origin_allowed(const IntakeHeaders& headers) const;

  const KeyEntry entry_;
  const bool has_rules_;
  std::vector<OriginParts> origins_;  // Views into entry_.
  AddressRanges addresses_;
  KeyAccount* account_;
  KeyUse* use_;
};

class KeyTable {
 public:
  // Counts in `ledger`, which it borrows. Without one nobody sees its counts.
  explicit KeyTable(Keys keys, KeyLedger* ledger = nullptr, std::size_t reactor = 0);
  KeyTable(KeyTable&&) = default;
  KeyTable& operator=(KeyTable&&) = default;

  // Nullptr for a key that is unknown; revoked ones are known. The key is the table's.
  const KnownKey* find(std::string_view key);

 private:
  // Lets a view be looked up without making a string of it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class Value>
  using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  std::unique_ptr<KeyLedger> own_ledger_;  // Where none was given.
  TextMap<KnownKey> by_hash_;
  TextMap<const KnownKey*> seen_;
};

}  // namespace penstock::intake
