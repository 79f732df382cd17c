// Made-up web traffic that looks like the real thing: visitors with sessions, browsers and bots,
// pages of very different popularity, campaigns, purchases.
//
// For `penstock send`, benchmarks and demonstrations. The same seed gives the same events, ids
// included, so what was sent twice is stored once. All addresses are from documentation ranges.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace penstock::cli {

struct TrafficOptions {
  std::uint64_t seed = 1;
  std::uint32_t visitors = 400;  // On the site at a time.
  // Writes each event's own time, spread over the hours before `now_ms`; 0: no time, so that the
  // intake's counts.
  std::uint32_t hours = 0;
  std::int64_t now_ms = 0;
  // Writes `ip` and `user_agent` into the events; the intake believes them only with a key that is
  // marked server-side.
  bool is_server_side = false;
};

class Traffic {
 public:
  explicit Traffic(const TrafficOptions& options);

  // Appends one event as a JSON object, without a line's end. Any visitor may be the one to act.
  void append_next(std::string& out);
  // The same for the visitor who acted last: a page that reports several things at once.
  void append_next_of_same(std::string& out);

  // Of the visitor who acted last, for the request that carries the event. Lent until the next
  // call.
  std::string_view user_agent() const { return visitors_[current_].user_agent; }
  std::string_view ip() const { return visitors_[current_].ip; }

 private:
  struct Visitor {
    std::string anonymous_id;
    std::string session_id;
    std::string user_id;  // "" until the visitor signs up.
    std::string ip;
    std::string_view user_agent;
    std::string_view referrer;  // Of the session's first page; "" for a typed address.
    std::string_view campaign;  // The query string of the session's first page.
    std::size_t page = 0;       // The last one seen.
    std::uint32_t actions_left = 0;
    bool is_first_page = true;
  };

  void begin_visit(Visitor& visitor);
  void append_event(Visitor& visitor, std::string& out);
  void append_page(Visitor& visitor, std::string& out);
  void append_action(const Visitor& visitor, std::string& out);
  void append_purchase(std::string& out);
  void append_common(const Visitor& visitor, std::string& out);
  std::size_t pick_page();
  double unit() { return static_cast<double>(random_.next() >> 11) * 0x1.0p-53; }

  TrafficOptions options_;
  Random random_;
  std::vector<std::string> pages_;
  std::vector<double> page_shares_;  // Cumulated, ending at 1.
  std::vector<Visitor> visitors_;
  std::size_t current_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace penstock::cli
