// The spool as a consumer: reads every instance's segments, also those that are being written,
// oldest message first, and removes what it is done with.
//
// A stream is the segments of one reactor of one instance, which are read one after another. Among
// the streams the one whose next message is the oldest comes first.
//
// One consumer at a time, by consumer.lock; a second one's claim() is kOverloaded until the first
// has gone.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "files/file_lock.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/spool/census.h"
#include "queue/spool/cursor.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/segment.h"

namespace penstock::queue {

class SpoolConsumer final : public Consumer {
 public:
  // Borrows `clock`. `worker` is the origin that set_aside() notes. kConfiguration or kExhausted
  // where the folder cannot be used.
  static Result<std::unique_ptr<SpoolConsumer>> make(const SpoolOptions& options,
                                                     std::string worker, const Clock& clock);

  Result<Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                      std::int64_t wait_ms) override;
  Result<void> release() override;
  void give_up() override;
  Result<void> set_aside(std::string_view message, std::string_view reason) override;
  Result<QueueState> state() override;

  // Segments that could not be read and were renamed to *.bad.
  std::uint64_t bad_segments() const { return bad_segments_; }

 private:
  struct Stream {
    std::deque<SegmentPlace> segments;  // Oldest first; the first is the one being read.
    bool is_complete = false;           // Nothing will be added to the first.
    bool is_dead = false;               // Its instance is.
    std::optional<SegmentReader> reader;
    std::int64_t released = 0;  // Last id that is done with.
    std::int64_t saved = 0;     // The same as the cursor's file has it.
    std::int64_t claimed = 0;   // Last id of the outstanding claim, or `released`.
    std::int64_t retry_at_us = 0;
  };
  using StreamKey = std::pair<std::string, std::uint32_t>;  // Instance and reactor.

  SpoolConsumer(const SpoolOptions& options, std::string worker, const Clock& clock);
  bool has_lock();
  Result<Claim> claim_now(std::size_t messages_max, std::size_t bytes_max);
  void scan();
  void scan_instance(const std::string& instance);
  bool open_head(Stream& stream);
  std::optional<SegmentReader::Head> next_of(Stream& stream);
  void finish_head(Stream& stream);
  void save_place(Stream& stream);
  void on_unreadable(Stream& stream, const Error& error);
  std::string path_of(const Stream& stream) const;

  const std::string spool_;
  const std::string worker_;
  const Clock& clock_;
  std::optional<files::FileLock> lock_;
  std::map<StreamKey, Stream> streams_;
  SpoolCursor cursor_;
  SpoolCensus census_;
  DeadLetterFile dead_letters_;
  std::int64_t scan_at_us_ = 0;
  std::uint64_t bad_segments_ = 0;
  bool has_claim_ = false;
};

}  // namespace penstock::queue
