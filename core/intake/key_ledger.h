// What was done under each key since the process began: how many events, when the last, how many
// requests were refused, and how much of its quota is used. One for all reactors of a process;
// it outlives the lists of keys that come and go by reloads.
//
// Each reactor counts in a place of its own, without a lock; only a quota is shared, by one word.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/counters.h"

namespace penstock::intake {

// Of one reactor. A line of the cache each, so that reactors do not wait for one another.
struct alignas(64) KeyUse {
  Counter events;   // That were taken.
  Counter refused;  // Requests that broke the key's rules, or came after its end.
  Counter last_ms;  // When events were taken last, by the wall clock. 0: never.
};

// A quota of so many events a minute, as a bucket that runs out evenly: a key that was silent for a
// minute has all of it at once. A request that begins within it is taken whole; what it was too
// much the key waits for, but never more than a minute.
class KeyQuota {
 public:
  // How long until there is room again; 0: there is. Requires a quota above 0. Any thread.
  std::int64_t wait_us(std::int64_t now_us) const;
  void take(std::uint64_t events, std::int64_t events_a_minute, std::int64_t now_us);

 private:
  // When all of the quota would be there again; the past: now.
  std::atomic<std::int64_t> whole_at_us_{0};
};

class KeyAccount {
 public:
  explicit KeyAccount(std::size_t reactors) : uses_(new KeyUse[reactors]) {}

  KeyUse& use(std::size_t reactor) { return uses_[reactor]; }
  const KeyUse& use(std::size_t reactor) const { return uses_[reactor]; }
  KeyQuota& quota() { return quota_; }

 private:
  const std::unique_ptr<KeyUse[]> uses_;
  KeyQuota quota_;
};

class KeyLedger {
 public:
  explicit KeyLedger(std::size_t reactors = 1) : reactors_(reactors) {}

  // Of the key with this id, for the ledger's life. Any thread; takes a lock, so not for each
  // request. As many as there ever were keys in a list, which kKeysMax bounds.
  KeyAccount& account(const std::string& id);

  struct Line {
    std::string id;
    std::uint64_t events = 0;
    std::uint64_t refused = 0;
    std::int64_t last_ms = 0;
  };
  // Of keys that were used or refused, in the order of their ids. Any thread.
  std::vector<Line> lines() const;

 private:
  const std::size_t reactors_;
  mutable std::mutex mutex_;  // Of the map alone.
  std::map<std::string, KeyAccount> accounts_;
};

}  // namespace penstock::intake
