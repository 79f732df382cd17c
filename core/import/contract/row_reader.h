// From a row of a file to events: what every format of history is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapter/contract/protocol.h"
#include "import/split/splitter.h"

namespace penstock::importing {

// The origin's time of receipt while rows are read. An event that says no time of its own has it
// as its time, and is told as a fault: it would be another event at each import.
inline constexpr std::int64_t kNoTimeMs = 0;

// What the person says about the files.
struct FormatOptions {
  std::string format_string = {};  // Of an access log.
  std::string host = {};           // Of an access log that does not name it: "shop.example".
  // From a time that says no zone, in milliseconds as if it were UTC, to UTC. Empty: it is UTC.
  std::function<std::int64_t(std::int64_t local_ms)> to_utc = {};

  std::int64_t utc_of(std::int64_t local_ms) const { return to_utc ? to_utc(local_ms) : local_ms; }
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // Gives the row's events to the context's sink. An outcome without events and without an error is
  // a row that holds none, such as a comment.
  virtual adapter::ReadOutcome read(const Row& row, const adapter::Context& context) = 0;
  // The row was imported before. For what later rows are read by.
  virtual void pass(const Row& /*row*/) {}
};

}  // namespace penstock::importing
