// Who waits for which submission.
//
// A tick is one turn's events on their way to the queue and the requests that are answered when
// they are there. Ticks are reused with the memory that they have, so that a busy reactor
// allocates nothing for waiting.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "intake/intake.h"
#include "server/http_server.h"

namespace penstock::intake {

enum class AnswerKind : std::uint8_t {
  kAccepted,   // 202 {"accepted":N}
  kPartial,    // 202 with the rejected ones: `body` holds it.
  kPixel,      // 200, the image.
  kCollected,  // 204
};

struct Waiter {
  server::Responder responder;
  AnswerKind kind = AnswerKind::kAccepted;
  std::uint32_t events = 0;
  std::unique_ptr<std::string> body;  // Of kPartial only.
};

struct Tick {
  std::vector<Waiter> waiters;
  std::array<std::uint32_t, std::size(kSources)> events{};  // By source.
  std::uint64_t bytes = 0;                                  // As counted in inflight_bytes.
  bool is_submitted = false;

  void clear();
};

class TickTable {
 public:
  TickTable();

  // The one that is being filled.
  Tick& current() { return *ticks_[current_]; }

  // Hands the current one out under a ticket and begins another.
  std::uint64_t submit_current();

  // Requires a ticket that submit_current() gave and release() did not take back. The tick stays
  // where it is, whatever is submitted meanwhile.
  Tick& at(std::uint64_t ticket);
  void release(std::uint64_t ticket);

 private:
  std::size_t take_free();

  std::vector<std::unique_ptr<Tick>> ticks_;  // By ticket.
  std::vector<std::size_t> free_;
  std::size_t current_;
};

}  // namespace penstock::intake
