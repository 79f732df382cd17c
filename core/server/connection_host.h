// What the connections of one server lean on. It knows them by name alone: a connection is above
// it, and the server above both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/request_parser.h"
#include "io/loop.h"
#include "server/deadlines.h"
#include "server/handler.h"

namespace penstock::server {

class Connection;

// Texts to format answers into, kept for reuse, so that a connection holds one only while it
// answers.
class TextPool {
 public:
  std::unique_ptr<std::string> take();
  void give_back(std::unique_ptr<std::string> text);
  // Frees those that wait for reuse; returns how much they held.
  std::size_t shrink();

 private:
  std::vector<std::unique_ptr<std::string>> texts_;
};

// What the connections of one server share, and what they ask of it.
class ConnectionHost {
 public:
  ConnectionHost(io::Loop& borrowed_loop, const Clock& borrowed_clock, Handler& borrowed_handler,
                 ServerCounters& borrowed_counters)
      : loop(borrowed_loop),
        clock(borrowed_clock),
        handler(borrowed_handler),
        counters(borrowed_counters) {}

  // The connection whose request is unanswered by that right; nullptr for none.
  virtual Connection* find(std::uint32_t slot, std::uint32_t generation) = 0;
  // A new right to answer the connection in `slot`; those before it are void.
  virtual Responder begin_request(std::uint32_t slot) = 0;
  virtual void end_request(std::uint32_t slot) = 0;
  // Has `on_gone` called where the connection in `slot` is removed before end_request().
  virtual void set_on_gone(std::uint32_t slot, std::function<void()> on_gone) = 0;
  // Destroys the connection in `slot`, which may be the caller.
  virtual void remove(std::uint32_t slot) = 0;

  // Gives up what has been arriving longest, until the rest is within its limit: first what came
  // behind a request that is not answered yet, which nobody works on. May destroy connections.
  void relieve();

  // The Date header's value.
  std::string_view date(std::int64_t now_us);
  // An answer's first two lines, kept while answers are of one status.
  std::string_view status_and_date(std::uint16_t status, std::int64_t now_us);
  // Those, `lines` and `bytes` as one text, kept while answers are the same.
  std::string_view whole_answer(std::uint16_t status, std::string_view lines,
                                std::string_view bytes, std::int64_t now_us);

  // Time as the waits for a client's bytes count it: it stands still while we do not read.
  std::int64_t reading_us(std::int64_t now_us) const {
    return (is_paused ? paused_at_us : now_us) - paused_us;
  }

  io::Loop& loop;
  const Clock& clock;
  Handler& handler;
  ServerCounters& counters;
  ServerLimits limits;
  http::BufferPool request_buffers;
  TextPool texts;
  Deadlines deadlines;
  bool is_draining = false;
  bool is_paused = false;
  std::int64_t paused_at_us = 0;
  std::int64_t paused_us = 0;           // Sum of the pauses that are over.
  std::vector<std::uint32_t> sleepers;  // Slots that had bytes while we were paused.

 protected:
  ~ConnectionHost() = default;

 private:
  std::string date_;
  std::int64_t date_good_until_us_ = 0;
  std::string status_and_date_;
  std::uint16_t status_ = 0;  // Of them; 0 where they are to be written anew.
  std::string whole_answer_;  // Empty where it is to be written anew.
};

}  // namespace penstock::server
