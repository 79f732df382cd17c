// Who waits for which submission.
//
// A tick is one turn's events on their way to the queue and the requests that are answered when
// they are there. Ticks are reused with the memory that they have, so that a busy reactor
// allocates nothing for waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "intake/intake_settings.h"
#include "intake/large_request.h"
#include "server/http_server.h"

namespace penstock::intake {

struct Waiter {
  server::Responder responder;
  const adapter::Protocol* protocol = nullptr;
  std::uint32_t events = 0;
  // The page's that asked, in Tick::origins.
  std::uint32_t origin_begin = 0;
  std::uint32_t origin_bytes = 0;
  // Where the protocol's words for so many events do not do.
  std::uint16_t own_status = 0;
  std::unique_ptr<std::string> own_answer;
  std::string echo;  // Of the request, for its refusal.
  // Of whose body the events are a piece; it answers itself.
  std::shared_ptr<LargeRequest> large;
};

struct Tick {
  std::vector<Waiter> waiters;
  std::string origins;
  std::vector<std::uint32_t> events = std::vector<std::uint32_t>(adapter::protocols().size());
  std::uint64_t bytes = 0;  // As counted in inflight_bytes.
  bool is_submitted = false;

  void clear();
  // Takes the waiter, and a copy of the Origin that its request had.
  void add(Waiter waiter, std::string_view origin);
  std::string_view origin_of(const Waiter& waiter) const {
    return std::string_view(origins).substr(waiter.origin_begin, waiter.origin_bytes);
  }
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
