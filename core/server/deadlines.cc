#include "server/deadlines.h"

#include "base/check.h"

namespace penstock::server {

Deadlines::Deadlines() {
  for (DeadlineLink& head : heads_) {
    head.before = &head;
    head.after = &head;
  }
}

void Deadlines::set(DeadlineLink& link, Wait wait, std::int64_t now_us) {
  if (link.wait == wait) return;
  clear(link);
  if (wait == Wait::kNothing) return;

  DeadlineLink& head = heads_[static_cast<std::size_t>(wait)];
  link.wait = wait;
  link.since_us = now_us;
  link.before = head.before;
  link.after = &head;
  head.before->after = &link;
  head.before = &link;
}

void Deadlines::clear(DeadlineLink& link) {
  if (link.wait == Wait::kNothing) return;
  PENSTOCK_CHECK(link.before->after == &link && link.after->before == &link);
  link.before->after = link.after;
  link.after->before = link.before;
  link.before = nullptr;
  link.after = nullptr;
  link.wait = Wait::kNothing;
}

DeadlineLink* Deadlines::oldest(Wait wait) const {
  const DeadlineLink& head = heads_[static_cast<std::size_t>(wait)];
  return head.after == &head ? nullptr : head.after;
}

DeadlineLink* Deadlines::next(const DeadlineLink& link) const {
  const DeadlineLink& head = heads_[static_cast<std::size_t>(link.wait)];
  return link.after == &head ? nullptr : link.after;
}

}  // namespace penstock::server
