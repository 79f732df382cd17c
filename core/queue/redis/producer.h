// The Redis list as a producer: one LPUSH for a submission, several on their way at once.
//
// A submission that Redis does not take, for whatever reason, goes to the spool; so does, without
// being offered, all that comes while Redis is down, has refused within the last second, or is
// above its memory limit, or evicts where that is refused. One that was under way when the
// connection went may be in Redis and in the spool: its events' ids make that harmless.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/redis/link.h"
#include "queue/redis/options.h"
#include "queue/spool/producer.h"
#include "queue/spool/replay.h"

namespace penstock::queue {

class RedisProducer final : public Producer, private RedisLinkEvents {
 public:
  // Borrows `loop`, `clock` and `listener`. Reactor 0 also replays the spool. kConfiguration or
  // kExhausted where the spool's folder cannot be used; Redis need not be up.
  static Result<std::unique_ptr<RedisProducer>> make(const RedisOptions& redis,
                                                     const SpoolOptions& spool,
                                                     std::uint32_t reactor, io::Loop& loop,
                                                     const Clock& clock,
                                                     ProducerListener& listener);

  void submit(Submission submission) override;
  std::size_t in_flight() const override { return pushing_ + spool_->in_flight(); }
  ProducerState state() const override;

 private:
  RedisProducer(const RedisOptions& options, io::Loop& loop, ProducerListener& listener,
                std::unique_ptr<SpoolProducer> spool);
  void on_ready(std::string_view info) override;
  void on_lost(const Error& error) override;
  void on_refused(std::string_view error_text);
  bool can_push() const;
  void push(Submission submission);
  void push_messages(const std::vector<std::string>& messages, RedisLink::OnReply on_reply);
  void watch_memory();
  void set_memory(std::string_view info);
  void ask_for_durability();
  bool is_full() const;
  bool is_shunned() const;
  void set_policy(std::string_view evicting_policy);
  void set_error(std::string text);

  const RedisOptions options_;
  io::Loop& loop_;
  ProducerListener& listener_;
  std::unique_ptr<SpoolProducer> spool_;
  RedisLink link_;
  io::Timer memory_watch_;
  std::unique_ptr<RedisReplay> replay_;
  std::size_t pushing_ = 0;
  RedisMemory memory_;              // As last told, and what was pushed since.
  bool is_told_full_ = false;       // By a refused push, since it was last told.
  bool is_reported_full_ = false;   // In the log.
  bool is_told_forgetful_ = false;  // In the log.
  bool is_asking_ = false;
  std::int64_t paused_until_ms_ = 0;
  std::string evicting_policy_;  // "": it does not evict.

  // For state().
  std::atomic<bool> is_up_{false};  // Connected, and the last push was not refused but for room.
  std::atomic<bool> has_room_{false};
  std::atomic<bool> is_evicting_{false};
  mutable std::mutex mutex_;
  std::string last_error_ = "Redis: not connected yet";  // Guarded by `mutex_`.
};

}  // namespace penstock::queue
