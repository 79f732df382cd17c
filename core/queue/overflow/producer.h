// A producer over any remote queue, with the spool behind it.
//
// A submission that the remote does not store, for whatever reason, goes to the spool; so does,
// without being offered, all that comes while the remote cannot take. One that was under way when
// the connection went may be in both: its events' ids make that harmless. Nothing but the spool
// refuses.
#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"
#include "queue/contract/remote.h"
#include "queue/overflow/replay.h"
#include "queue/spool/producer.h"

namespace penstock::queue {

class OverflowProducer final : public Producer {
 public:
  // Takes `remote`; borrows `loop`, `clock` and `listener`. Reactor 0 also replays the spool.
  // kConfiguration or kExhausted where the spool's folder cannot be used.
  static Result<std::unique_ptr<OverflowProducer>> make(std::unique_ptr<Remote> remote,
                                                        const SpoolOptions& spool,
                                                        std::uint32_t reactor, io::Loop& loop,
                                                        const Clock& clock,
                                                        ProducerListener& listener);

  void submit(Submission submission) override;
  std::size_t in_flight() const override { return pushing_ + spool_->in_flight(); }
  bool takes_at_once() const override {
    return remote_->can_take() ? pushing_ < kSubmissionsMax : spool_->takes_at_once();
  }
  ProducerState state() const override;

 private:
  OverflowProducer(std::unique_ptr<Remote> remote, std::unique_ptr<SpoolProducer> spool,
                   ProducerListener& listener);
  void on_pushed(Submission submission, bool is_stored);

  ProducerListener& listener_;
  const std::unique_ptr<SpoolProducer> spool_;
  const std::unique_ptr<Remote> remote_;
  std::unique_ptr<SpoolReplay> replay_;  // Null but for reactor 0.
  std::size_t pushing_ = 0;
};

}  // namespace penstock::queue
