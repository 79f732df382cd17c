// The names of all that a queue keeps in Redis. No name is written anywhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::queue {

class RedisKeys {
 public:
  enum class HashTag : std::uint8_t {
    // Names begin with KEY, as it was set.
    kAsItIs,
    // All names are in one slot of a cluster: KEY:dead becomes {KEY}:dead. No help to a KEY with a
    // }
    // that ends no hash tag.
    kShared,
  };

  // Where `key` has a hash tag of its own, as in "{penstock}:events", that is the one they share.
  explicit RedisKeys(std::string_view key, HashTag tag = HashTag::kAsItIs);

  const std::string& list() const { return list_; }  // KEY: the queue itself.
  std::string dead() const { return named("dead"); }
  std::string lease() const { return named("lease"); }
  std::string receipts() const { return named("receipts"); }  // See receipts.h.
  std::string working(std::string_view worker) const;

 private:
  std::string named(std::string_view what) const;

  std::string list_;
  std::string base_;  // The same with braces, or without.
};

}  // namespace penstock::queue
