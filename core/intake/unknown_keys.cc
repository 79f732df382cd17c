#include "intake/unknown_keys.h"

#include <algorithm>

#include "base/log.h"

namespace penstock::intake {
namespace {

constexpr unsigned kBitsAByte = 8;

}  // namespace

KeyPrefix::KeyPrefix(std::string_view key) {
  const std::size_t size = std::min(kBytesMax, (key.size() + 1) / 2);
  for (std::size_t i = 0; i < size; ++i) {
    const char c = key[i] > ' ' && key[i] <= '~' ? key[i] : '?';
    packed_ |= std::uint64_t{static_cast<unsigned char>(c)} << (kBitsAByte * i);
  }
}

KeyPrefix KeyPrefix::unpacked(std::uint64_t packed) {
  KeyPrefix prefix;
  prefix.packed_ = packed;
  return prefix;
}

std::string KeyPrefix::text() const {
  std::string text;
  for (std::uint64_t rest = packed_; rest != 0; rest >>= kBitsAByte) {
    text += static_cast<char>(rest & 0xff);
  }
  return text;
}

std::string UnknownKeys::Slot::text() const {
  const std::uint64_t held = prefix.load(std::memory_order_relaxed);
  return held == 0 ? std::string(kOther) : KeyPrefix::unpacked(held).text();
}

// At most one thread is told so.
bool UnknownKeys::Slot::is_log_due(std::int64_t now_ms) {
  std::int64_t due_ms = log_due_ms.load(std::memory_order_relaxed);
  // One that is further away was set before the clock was set back.
  if (now_ms < due_ms && due_ms - now_ms <= kLogEveryMs) return false;
  return log_due_ms.compare_exchange_strong(due_ms, now_ms + kLogEveryMs);
}

// A slot, once taken, is one prefix's for good.
UnknownKeys::Slot& UnknownKeys::slot_of(KeyPrefix prefix) {
  if (prefix.text() == kOther) return slots_.back();
  for (std::size_t i = 0; i < kPrefixesMax; ++i) {
    Slot& slot = slots_[i];
    std::uint64_t held = slot.prefix.load(std::memory_order_relaxed);
    if (held == 0 && slot.prefix.compare_exchange_strong(held, prefix.packed())) return slot;
    if (held == prefix.packed()) return slot;
  }
  return slots_.back();
}

bool UnknownKeys::note(KeyPrefix prefix, Fate fate, std::uint64_t events, std::int64_t now_ms) {
  Slot& slot = slot_of(prefix);
  // Release and acquire: who sees events sees whose.
  const std::uint64_t before = slot.events.fetch_add(events, std::memory_order_release);
  if (!slot.is_log_due(now_ms)) return false;
  log_warn("intake.unknown_key",
           fate == Fate::kTaken ? "events under an unknown key go to project default"
                                : "events under an unknown key are refused",
           {{"key_begins", slot.text()}, {"events", before + events}});
  return true;
}

std::vector<UnknownKeys::Count> UnknownKeys::counts() const {
  std::vector<Count> counts;
  for (const Slot& slot : slots_) {
    const std::uint64_t events = slot.events.load(std::memory_order_acquire);
    if (events > 0) counts.push_back({slot.text(), events});
  }
  return counts;
}

}  // namespace penstock::intake
