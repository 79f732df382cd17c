// The spool as a producer: the queue itself, or what takes over while Redis is not to be had.
//
// Group commit: what is submitted while a commit runs goes into the next one, so a slow disk makes
// groups larger instead of the wait longer. Commits run on a pool thread, one at a time.
//
//   idle --submit--> committing --done--> idle, or committing again where more was submitted
//
// A failed write, as on a full disk, refuses what it was for; for a second after it everything is
// refused at once, then a new segment is tried, also without traffic.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/spool/instance.h"

namespace penstock::queue {

class SpoolProducer final : public Producer {
 public:
  enum class Role : std::uint8_t {
    kQueue,     // Outcomes are kQueued.
    kOverflow,  // Outcomes are kSpooled; an idle segment is soon left to be replayed and removed.
  };

  // Borrows `loop`, `clock` and `listener`. kConfiguration or kExhausted where the folder cannot be
  // used.
  static Result<std::unique_ptr<SpoolProducer>> make(const SpoolOptions& options,
                                                     std::uint32_t reactor, Role role,
                                                     io::Loop& loop, const Clock& clock,
                                                     ProducerListener& listener);
  // Submissions without an outcome get none. A commit that runs is finished by its pool thread.
  ~SpoolProducer() override;

  void submit(Submission submission) override;
  std::size_t in_flight() const override { return in_flight_; }
  bool takes_at_once() const override { return !is_working_; }
  ProducerState state() const override;

 private:
  struct Work;

  SpoolProducer(std::shared_ptr<SpoolInstance> instance, std::shared_ptr<Work> work, io::Loop& loop,
                ProducerListener& listener);
  void on_tick();
  void start_work();
  void take_group();
  void on_work_done();

  io::Loop& loop_;
  ProducerListener& listener_;
  const std::shared_ptr<SpoolInstance> instance_;
  std::shared_ptr<Work> work_;            // The pool thread's while is_working_, ours otherwise.
  std::shared_ptr<SpoolProducer*> self_;  // Emptied when we go; what runs later finds nothing.
  io::Timer tick_;
  std::vector<Submission> waiting_;
  std::size_t in_flight_ = 0;
  bool is_working_ = false;
};

}  // namespace penstock::queue
