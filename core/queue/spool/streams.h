// The streams of the spool, as its one consumer reads them.
//
// A stream is the segments of one reactor of one instance, which are read one after another; what
// is read to its end is removed. There may be any number of them: as many as kOpenStreamsMax have
// their segment open, the others wait for a turn, and one without anything new wants none.
//
// A segment that cannot be read must not hold up the others, and its stream not for ever: what is
// damaged is set aside at once, what the machine cannot give now is tried again, and what then
// cannot be read for kPatienceMs, by anybody, is set aside, too. Nothing is deleted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "queue/spool/cursor.h"
#include "queue/spool/folder.h"
#include "queue/spool/segment.h"
#include "queue/spool/segment_files.h"

namespace penstock::queue {

struct SpoolStream {
  std::deque<SegmentPlace> segments;  // Oldest first; the first is the one being read.
  std::uint64_t last_number = 0;      // Of the newest that was ever among them.
  bool is_complete = false;           // Nothing will be added to the first.
  bool is_dead = false;               // Its instance is.
  std::optional<SegmentReader> reader;
  bool is_placed = false;     // The cursor was asked for the first.
  std::int64_t released = 0;  // Last id that is done with.
  std::int64_t saved = 0;     // The same as the cursor's file has it.
  std::int64_t claimed = 0;   // Last id of the outstanding claim, or `released`.

  std::uint64_t served = 0;                // The latest look that found a message here.
  std::optional<SegmentTrace> read_up_to;  // Where it was closed with nothing left to read.
  std::optional<Error> failure;            // Of the first segment, the latest.
  std::int64_t failing_since_us = 0;
  std::int64_t retry_at_us = 0;

  SpoolPlace place() const { return {segments.front().text(), released}; }
};

// Blocking; one thread at a time.
class SpoolStreams {
 public:
  // Each holds three descriptors.
  static constexpr std::size_t kOpenStreamsMax = 64;
  static constexpr std::int64_t kPatienceMs = 30'000;

  // Borrows both.
  SpoolStreams(std::string spool, SpoolCursor& cursor, const Clock& clock)
      : spool_(std::move(spool)), cursor_(cursor), clock_(clock) {}
  SpoolStreams(const SpoolStreams&) = delete;
  SpoolStreams& operator=(const SpoolStreams&) = delete;

  // Looks for new segments where it is time to; that means listing folders. Requires no claim.
  void scan_if_due();

  struct Ready {
    std::int64_t at_ms;  // Of the stream's next message.
    std::int64_t id;
    SpoolStream* stream;  // Lent until the next look() or scan_if_due().
  };
  // Open streams that have a message behind their `released`, the oldest message first.
  std::vector<Ready> look();

  // Reads on behind `released`; a stream that cannot be read adds nothing.
  void claim(SpoolStream& stream, SegmentReader::Limits& left, std::vector<std::string>& out);

  // Streams of which something is claimed.
  std::vector<SpoolStream*> claimed();

  // Segments that could not be read and were renamed to *.bad.
  std::uint64_t bad_segments() const { return bad_segments_; }

 private:
  using Key = std::pair<std::string, std::uint32_t>;  // Instance and reactor.

  void scan_instance(const std::string& instance);
  std::optional<SegmentReader::Head> next_of(SpoolStream& stream);
  bool open_first(SpoolStream& stream);
  void make_room();
  void close(SpoolStream& stream);
  void leave_first(SpoolStream& stream);
  void on_unreadable(SpoolStream& stream, const Error& error);
  bool is_lost(SpoolStream& stream, const Error& error);
  void set_first_aside(SpoolStream& stream, const Error& error);
  void keep_places();
  std::string path_of(const SpoolStream& stream) const;

  const std::string spool_;
  SpoolCursor& cursor_;
  const Clock& clock_;
  std::map<Key, SpoolStream> streams_;
  std::vector<SpoolStream*> open_;  // Those with a reader.
  Key next_;                        // Where the next look begins.
  std::int64_t turn_at_us_ = 0;     // When others than those that are open get a turn.
  std::uint64_t look_ = 0;
  std::int64_t scan_at_us_ = 0;
  std::uint64_t bad_segments_ = 0;
};

}  // namespace penstock::queue
