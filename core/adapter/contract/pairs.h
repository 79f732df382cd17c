// The decoded pairs of queries and forms, kept as long as an item needs them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::adapter {

struct Pair {
  std::string_view name;
  std::string_view value;
};

class Pairs {
 public:
  // Forgets all. What follows may be this many bytes together.
  void start(std::size_t bytes_max);

  // "a=1&b=2", decoded, and repaired where it is not UTF-8. Adds to those before it.
  void add(std::string_view pairs);
  std::span<const Pair> all() const { return all_; }
  // The value of the first pair of that name; "" where there is none.
  std::string_view value(std::string_view name) const;

  // Keeps a repaired copy of `text` until the next start().
  std::string_view keep(std::string_view text);

  // Forgets all, and gives back what is held beyond `keep_bytes` a buffer; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  std::string texts_;
  std::vector<Pair> all_;
};

}  // namespace penstock::adapter
