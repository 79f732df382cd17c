// Keys that came in and are in no list, by their first characters: for the metrics, and so that the
// log says once an hour whose clients send them. One for all reactors of a process.
//
// Few characters, because a key that is unknown here may be a secret elsewhere.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::intake {

// At most 7 characters, and at most half of the key; what is not printable ASCII is "?".
class KeyPrefix {
 public:
  static constexpr std::size_t kBytesMax = 7;

  KeyPrefix() = default;  // Of no key.
  explicit KeyPrefix(std::string_view key);

  bool is_none() const { return packed_ == 0; }
  // In one word, so that threads exchange it whole. 0: none.
  std::uint64_t packed() const { return packed_; }
  static KeyPrefix unpacked(std::uint64_t packed);
  std::string text() const;

 private:
  std::uint64_t packed_ = 0;
};

class UnknownKeys {
 public:
  // Strangers choose their keys: later prefixes are counted together, as kOther.
  static constexpr std::size_t kPrefixesMax = 32;
  static constexpr std::string_view kOther = "(other)";
  static constexpr std::int64_t kLogEveryMs = 3'600'000;

  enum class Fate : std::uint8_t { kTaken, kRefused };

  // Any thread. Counts `events` under a key that begins so. Tells the log, and answers true, where
  // its last line about the prefix is an hour old or there was none.
  bool note(KeyPrefix prefix, Fate fate, std::uint64_t events, std::int64_t now_ms);

  struct Count {
    std::string prefix;
    std::uint64_t events;
  };
  // Any thread. In the order in which they were first seen, kOther last.
  std::vector<Count> counts() const;

 private:
  struct Slot {
    std::atomic<std::uint64_t> prefix{0};
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::int64_t> log_due_ms{0};

    std::string text() const;
    bool is_log_due(std::int64_t now_ms);
  };

  Slot& slot_of(KeyPrefix prefix);

  std::array<Slot, kPrefixesMax + 1> slots_;  // The last is everybody else's.
};

}  // namespace penstock::intake
