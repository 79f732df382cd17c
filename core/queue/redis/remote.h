// The Redis list as a remote: one LPUSH for a submission, several on their way at once.
//
// It can take while the link is ready, Redis is below its memory limit, has not refused within the
// last second, and does not evict where that is refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/random.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/queue.h"
#include "queue/contract/remote.h"
#include "queue/redis/link.h"
#include "queue/redis/options.h"

namespace penstock::queue {

class RedisRemote final : public Remote, private RedisLinkEvents {
 public:
  // Borrows the loop and the network. Redis need not be up. Reactor 0 also warns of a Redis that
  // forgets.
  RedisRemote(const RedisOptions& options, std::uint32_t reactor, io::Loop& loop,
              Random random = Random::from_system(), Resolver& resolver = system_resolver(),
              Connector& connector = system_connector());

  bool can_take() const override;
  void push(Submission submission, OnPushed on_pushed) override;
  void set_on_open(std::function<void()> on_open) override { on_open_ = std::move(on_open); }
  RemoteState state() const override;

 private:
  void on_ready(std::string_view info) override;
  void on_lost(const Error& error) override;
  void on_answered(const Result<RedisReply>& reply);
  void on_refused(std::string_view error_text);
  void watch_memory();
  void set_memory(std::string_view info);
  void ask_for_durability();
  bool is_full() const;
  bool is_shunned() const;
  void set_policy(std::string_view evicting_policy);
  void set_error(std::string text);
  void tell_open();

  const RedisOptions options_;
  const std::uint32_t reactor_;
  io::Loop& loop_;
  std::function<void()> on_open_;
  RedisLink link_;
  io::Timer memory_watch_;
  RedisMemory memory_;              // As last told, and what was pushed since.
  bool is_told_full_ = false;       // By a refused push, since it was last told.
  bool is_reported_full_ = false;   // In the log.
  bool is_told_forgetful_ = false;  // In the log.
  bool is_asking_ = false;
  std::int64_t paused_until_ms_ = 0;
  std::string evicting_policy_;  // "": it does not evict.

  // For state().
  std::atomic<bool> is_up_{false};
  std::atomic<bool> has_room_{false};
  std::atomic<bool> is_evicting_{false};
  mutable std::mutex mutex_;
  std::string last_error_ = "Redis: not connected yet";  // Guarded by `mutex_`.
};

}  // namespace penstock::queue
