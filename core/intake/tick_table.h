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

// A piece of Tick::texts.
struct TickText {
  std::uint32_t begin = 0;
  std::uint32_t bytes = 0;
};

struct Waiter {
  server::Responder responder;
  const adapter::Protocol* protocol = nullptr;
  std::uint32_t events = 0;
  TickText origin;  // The page's that asked.
  TickText echo;    // Of the request, for its refusal.
  // Where the protocol's words for so many events do not do.
  std::uint16_t own_status = 0;
  std::unique_ptr<std::string> own_answer;
  // Of whose body the events are a piece; it answers itself.
  std::shared_ptr<LargeRequest> large;
};

struct Tick {
  std::vector<Waiter> waiters;
  std::string texts;
  std::vector<std::uint32_t> events = std::vector<std::uint32_t>(adapter::protocols().size());
  std::uint64_t bytes = 0;  // As counted in inflight_bytes.
  bool is_submitted = false;

  void clear();
  // Takes the waiter, and copies of the two.
  void add(Waiter&& waiter, std::string_view origin, std::string_view echo);
  std::string_view text_of(const TickText& text) const {
    return std::string_view(texts).substr(text.begin, text.bytes);
  }

 private:
  TickText keep(std::string_view text);
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
