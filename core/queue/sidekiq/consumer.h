// A consumer whose failures end where Sidekiq's do, so that its pages show them and their buttons
// work: a job that cannot be stored goes to the set `retry`, in the end to `dead`.
//
// Everything else is the inner consumer's: nothing leaves the queue before it is stored or set
// aside. What is no job at all, what has killed its worker, and what a full Redis has no room for,
// goes to the inner consumer's dead letters.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "event/sidekiq/failure.h"
#include "queue/contract/queue.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"
#include "queue/sidekiq/state.h"

namespace penstock::queue {

class SidekiqConsumer final : public Consumer {
 public:
  // Borrows `state` and `clock`. `job_class` is for an event that did not come as a job.
  SidekiqConsumer(std::unique_ptr<Consumer> inner, const RedisOptions& options,
                  std::string job_class, SidekiqState& state, const Clock& clock);
  ~SidekiqConsumer() override;

  // Once the process is quiet: waits, and claims nothing.
  Result<Claim> claim(std::size_t messages_max, std::size_t bytes_max,
                      std::int64_t wait_ms) override;
  Result<void> release() override;
  void give_up() override;
  Result<bool> keep() override { return inner_->keep(); }
  std::int64_t keep_every_ms() const override { return inner_->keep_every_ms(); }
  // A native batch here is one event that the store refused: the job that it came in is set aside.
  Result<void> set_aside(std::string_view message, std::string_view reason) override;
  Result<QueueState> state() override { return inner_->state(); }

 private:
  Result<void> set_job_aside(std::string_view job, std::string_view error_class,
                             std::string_view reason);
  Result<void> put_where_it_failed(const event::FailedJob& failed);
  Result<void> set_event_aside(std::string_view batch, std::string_view reason);
  void index_claim();
  SidekiqCounts end_claim();

  const std::unique_ptr<Consumer> inner_;
  const RedisOptions options_;
  const std::string job_class_;
  SidekiqState& state_;
  const Clock& clock_;
  RedisClient client_;
  Random random_;

  std::vector<std::string> claimed_;
  // The claimed jobs by the ids of their events, made when one is first asked for.
  struct Entry {
    std::string id;
    std::size_t job;
  };
  std::vector<Entry> by_id_;
  bool is_indexed_ = false;
  bool is_killer_ = false;  // The first claimed one has killed its worker too often.
  std::uint64_t failed_ = 0;
  std::uint64_t uncounted_ = 0;
};

}  // namespace penstock::queue
