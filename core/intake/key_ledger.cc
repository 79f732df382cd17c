#include "intake/key_ledger.h"

#include <algorithm>

namespace penstock::intake {
namespace {

constexpr std::int64_t kMinuteUs = 60'000'000;

}  // namespace

std::int64_t KeyQuota::wait_us(std::int64_t now_us) const {
  const std::int64_t missing_us = whole_at_us_.load(std::memory_order_relaxed) - now_us;
  return std::max<std::int64_t>(missing_us - kMinuteUs, 0);
}

void KeyQuota::take(std::uint64_t events, std::int64_t events_a_minute, std::int64_t now_us) {
  // More than two minutes' worth is cut off below; so the product has room.
  const auto counted =
      std::min<std::uint64_t>(events, 2 * static_cast<std::uint64_t>(events_a_minute));
  const std::int64_t cost_us = static_cast<std::int64_t>(counted) * kMinuteUs / events_a_minute;
  std::int64_t before = whole_at_us_.load(std::memory_order_relaxed);
  std::int64_t after = 0;
  do {
    after = std::min(std::max(before, now_us) + cost_us, now_us + 2 * kMinuteUs);
  } while (!whole_at_us_.compare_exchange_weak(before, after, std::memory_order_relaxed));
}

KeyAccount& KeyLedger::account(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return accounts_.try_emplace(id, reactors_).first->second;
}

std::vector<KeyLedger::Line> KeyLedger::lines() const {
  std::vector<Line> lines;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, account] : accounts_) {
    Line line{id};
    for (std::size_t i = 0; i < reactors_; ++i) {
      const KeyUse& use = account.use(i);
      line.events += use.events.value();
      line.refused += use.refused.value();
      line.last_ms = std::max(line.last_ms, static_cast<std::int64_t>(use.last_ms.value()));
    }
    if (line.events > 0 || line.refused > 0) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace penstock::intake
