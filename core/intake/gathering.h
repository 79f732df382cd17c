// When the events that the turns of a loop bring leave for the queue.
//
// An event that comes alone leaves at once. Where a turn brought several the loop looks for more
// before it sleeps, and goes on as long as turns bring more, a millisecond at most: the more there
// is to do, the less often are the queue and the kernel asked, and whoever waits for little waits
// for nobody else.
#pragma once

#include <cstdint>

namespace penstock::intake {

class Gathering {
 public:
  // At the end of a turn, with all events that wait by then: whether one more turn is worth it.
  bool wants_more(std::uint32_t events, std::int64_t now_us);
  // They leave, or wait for something else.
  void end() { events_ = 0; }

 private:
  std::uint32_t events_ = 0;  // As of the last turn that was not enough.
  std::int64_t since_us_ = 0;
};

}  // namespace penstock::intake
