// Values by keys that are hashes already: open addressing, with room that stays from one use to the
// next. For what is filled and looked up day by day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace penstock::store {

template <class T>
class KeyTable {
 public:
  // Gives no memory back.
  void clear() {
    for (Slot& slot : slots_) slot.is_used = false;
    used_ = 0;
  }

  // Has a key's place on its way from memory. For what is looked up soon.
  void prefetch(std::uint64_t key) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[key & (slots_.size() - 1)], 1);
  }

  // Null where there is none. Valid until the next operator[].
  T* find(std::uint64_t key) {
    if (used_ == 0) return nullptr;
    Slot& slot = slots_[place_of(key)];
    return slot.is_used ? &slot.value : nullptr;
  }

  // Made, as T(), where there is none.
  T& operator[](std::uint64_t key) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slots_[place_of(key)];
    if (!slot.is_used) {
      slot = {key, T(), true};
      ++used_;
    }
    return slot.value;
  }

  std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t kSlotsMin = 64;

  struct Slot {
    std::uint64_t key = 0;
    T value = T();
    bool is_used = false;
  };

  // Of the key, or of the free slot where it belongs.
  std::size_t place_of(std::uint64_t key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key & mask;
    while (slots_[at].is_used && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }

  void grow() {
    std::vector<Slot> before(slots_.empty() ? kSlotsMin : slots_.size() * 2);
    before.swap(slots_);
    for (Slot& slot : before) {
      if (slot.is_used) slots_[place_of(slot.key)] = std::move(slot);
    }
  }

  std::vector<Slot> slots_;  // A power of two, never more than half of them used.
  std::size_t used_ = 0;
};

}  // namespace penstock::store
