// Reads what lies behind a claim while that is worked on, by a connection and a thread of its own.
//
// It is a guess and no claim: nothing is written, and who takes what was read has to ask Redis
// whether it is the list's tail by now before a message of it counts (claim_read_script()).
//
// begin(), take() and drop() are of one thread. The other one is made by the first begin(), so that
// a queue that is never full has none.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <uv.h>

#include "base/clock.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"

namespace penstock::queue {

class ReadAhead {
 public:
  // Borrows `clock`. Reads the list that is named by options.key.
  ReadAhead(const RedisOptions& options, const Clock& clock);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits as long as a call that is under way may take (client.h), and begins no other.
  ~ReadAhead();

  // The messages behind the `skip` oldest ones are read, oldest first: up to `bytes_max` and
  // `messages_max`, but one at least where there is one. Nothing of an earlier begin() is wanted
  // any more. Does not wait.
  void begin(std::size_t skip, std::size_t messages_max, std::size_t bytes_max);

  // What was read since begin(), once: waits for it. Empty where nothing was begun, where nothing
  // is there, and where reading failed, of which it is not said why: what is asked of Redis next
  // tells.
  std::vector<std::string> take();

  // What was begun is not wanted any more. Does not wait, and keeps none of it.
  void drop();

 private:
  struct Bounds {
    std::size_t skip;
    std::size_t messages_max;
    std::size_t bytes_max;
  };
  bool start_thread();
  void run();
  std::vector<std::string> read(const Bounds& bounds);

  const std::string list_;
  RedisClient client_;  // Of the thread alone.
  uv_thread_t thread_{};
  bool has_thread_ = false;

  std::mutex mutex_;  // Of all that follows.
  std::condition_variable changed_;
  std::optional<Bounds> next_;     // What the thread has not begun yet.
  std::uint64_t turn_ = 0;         // Which reading is wanted: the others' outcomes are dropped.
  bool is_awaited_ = false;        // That one has not ended.
  std::vector<std::string> read_;  // By that one.
  bool is_stopping_ = false;
};

// Copies of the texts in an array, with kReadablePadding capacity behind each.
std::vector<std::string> copied_messages(const redisReply& array);

}  // namespace penstock::queue
