// Events into the queue that is configured, in batches as the intake's.
//
// No faster than they are stored: a batch waits until few are in the queue, so that what comes in
// meanwhile stands behind little, and the spool is not filled up.
#pragma once

#include <functional>
#include <memory>

#include "adapter/contract/adapter.h"
#include "app/config/config.h"
#include "base/clock.h"
#include "base/error.h"
#include "intake/tick_batch.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/inspector.h"
#include "queue/contract/queue.h"

namespace penstock::cli {

// Of one batch: a transaction of the worker's.
inline constexpr std::uint32_t kDeliveryEvents = 5'000;
inline constexpr std::uint64_t kDeliveryBytes = 1 << 20;
// That may wait in the queue before another one is added: some seconds of the worker's time.
inline constexpr std::uint64_t kWaitingEventsMax = std::uint64_t{8} * kDeliveryEvents;

class Delivery final : public adapter::RecordSink, private queue::ProducerListener {
 public:
  // Borrows `config` and `clock`. `on_wait` is called some times a second while it waits.
  static Result<std::unique_ptr<Delivery>> open(const app::Config& config, const Clock& clock,
                                                std::function<void()> on_wait);

  bool add(const event::Record& record) override;
  // Enough has been gathered for a batch.
  bool is_full() const;
  // Sends what was gathered. When it returns what was sent by the call before is durable; what is
  // sent now is under way. kOverloaded: the queue took nothing.
  Result<void> send();
  // Sends the rest, and waits until all of it is durable.
  Result<void> finish();
  // For how long it has waited for room by now; 0 where it does not.
  double waiting_s() const;

 private:
  Delivery(const app::Config& config, const Clock& clock, std::function<void()> on_wait);
  void on_done(std::uint64_t ticket, queue::Stored outcome) override;
  Result<void> wait_for_outcome();
  Result<void> wait_for_room();
  void turn();

  const app::Config& config_;
  const Clock& clock_;
  const std::function<void()> on_wait_;
  const std::uint64_t depth_max_;
  io::Loop loop_;
  io::Timer tick_;
  intake::TickBatch batch_;
  std::unique_ptr<queue::Inspector> inspector_;
  std::unique_ptr<queue::Producer> producer_;
  std::uint64_t ticket_ = 0;
  bool is_refused_ = false;
  std::int64_t waiting_since_us_ = 0;
};

}  // namespace penstock::cli
