#include "intake/tick_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace penstock::intake {
namespace {

// A burst's memory is given back: this many waiters are usual for a turn.
constexpr std::size_t kWaitersKeptMax = 4096;
constexpr std::size_t kTextBytesKeptMax = 262'144;

}  // namespace

void Tick::clear() {
  waiters.clear();
  if (waiters.capacity() > kWaitersKeptMax) std::vector<Waiter>().swap(waiters);
  texts.clear();
  if (texts.capacity() > kTextBytesKeptMax) std::string().swap(texts);
  std::fill(events.begin(), events.end(), 0);
  bytes = 0;
  is_submitted = false;
}

void Tick::add(Waiter&& waiter, std::string_view origin, std::string_view echo) {
  waiter.origin = keep(origin);
  waiter.echo = keep(echo);
  waiters.push_back(std::move(waiter));
}

// Most have neither.
TickText Tick::keep(std::string_view text) {
  if (text.empty()) return {};
  const TickText kept{static_cast<std::uint32_t>(texts.size()),
                      static_cast<std::uint32_t>(text.size())};
  texts += text;
  return kept;
}

TickTable::TickTable() : current_(take_free()) {}

std::size_t TickTable::take_free() {
  if (free_.empty()) {
    ticks_.push_back(std::make_unique<Tick>());
    return ticks_.size() - 1;
  }
  const std::size_t index = free_.back();
  free_.pop_back();
  return index;
}

std::uint64_t TickTable::submit_current() {
  const std::size_t ticket = current_;
  ticks_[ticket]->is_submitted = true;
  current_ = take_free();
  return ticket;
}

Tick& TickTable::at(std::uint64_t ticket) {
  PENSTOCK_CHECK(ticket < ticks_.size() && ticks_[ticket]->is_submitted);
  return *ticks_[ticket];
}

void TickTable::release(std::uint64_t ticket) {
  at(ticket).clear();
  free_.push_back(ticket);
}

}  // namespace penstock::intake
