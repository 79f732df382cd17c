// What each connection of a server waits for and since when, in one list per kind of wait.
//
// All waits of a kind have the same length, so a list is in the order in which they fall due and
// looking for the due ones touches no others. Ten thousand idle connections cost ten thousand links
// and one timer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace penstock::server {

enum class Wait : std::uint8_t {
  kNothing,       // On the handler: its own deadlines hold.
  kAnswer,        // On the handler as well, while bytes behind the request are held.
  kHandshake,     // New, where its transport has one.
  kFirstRequest,  // New: for the first byte of all.
  kRequest,       // Idle: for the first byte of a request.
  kHeaders,
  kBody,
  kLongBody,  // One that has been given more time, because it came on.
  kSent,      // For the client to take an answer.
  kPeerEnd,   // Answered and ended on our side: for the client to have read it and close.
};
inline constexpr std::size_t kWaits = 10;

// Base of what waits. Pinned where it is while linked.
struct DeadlineLink {
  DeadlineLink* before = nullptr;
  DeadlineLink* after = nullptr;
  std::int64_t since_us = 0;
  Wait wait = Wait::kNothing;

  DeadlineLink() = default;
  DeadlineLink(const DeadlineLink&) = delete;
  DeadlineLink& operator=(const DeadlineLink&) = delete;
};

class Deadlines {
 public:
  Deadlines();

  // From `now_us` on `link` waits for `wait`; where it does so already its time runs on. Requires
  // that now_us never goes back.
  void set(DeadlineLink& link, Wait wait, std::int64_t now_us);
  void clear(DeadlineLink& link);

  // The one that has waited longest; nullptr for none.
  DeadlineLink* oldest(Wait wait) const;
  // The one that waits for the same since next after `link`; nullptr for none.
  DeadlineLink* next(const DeadlineLink& link) const;

 private:
  std::array<DeadlineLink, kWaits> heads_;  // Of rings.
};

}  // namespace penstock::server
