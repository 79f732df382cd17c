#include "queue/overflow/producer.h"

#include <utility>

namespace penstock::queue {

Result<std::unique_ptr<OverflowProducer>> OverflowProducer::make(std::unique_ptr<Remote> remote,
                                                                 const SpoolOptions& spool,
                                                                 std::uint32_t reactor,
                                                                 io::Loop& loop, const Clock& clock,
                                                                 ProducerListener& listener) {
  auto behind =
      SpoolProducer::make(spool, reactor, SpoolProducer::Role::kOverflow, loop, clock, listener);
  if (!behind) return fail(behind.error());
  std::unique_ptr<OverflowProducer> producer(
      new OverflowProducer(std::move(remote), std::move(*behind), listener));
  if (reactor != 0) return producer;

  auto replay = SpoolReplay::make(spool, *producer->remote_, loop, clock);
  if (!replay) return fail(replay.error());
  producer->replay_ = std::move(*replay);
  producer->remote_->set_on_open([replay = producer->replay_.get()] { replay->wake(); });
  return producer;
}

OverflowProducer::OverflowProducer(std::unique_ptr<Remote> remote,
                                   std::unique_ptr<SpoolProducer> spool, ProducerListener& listener)
    : listener_(listener), spool_(std::move(spool)), remote_(std::move(remote)) {}

void OverflowProducer::submit(Submission submission) {
  if (!remote_->can_take()) return spool_->submit(std::move(submission));
  ++pushing_;
  remote_->push(std::move(submission), [this](Submission given_back, bool is_stored) {
    on_pushed(std::move(given_back), is_stored);
  });
}

// May be the end of us.
void OverflowProducer::on_pushed(Submission submission, bool is_stored) {
  --pushing_;
  if (!is_stored) return spool_->submit(std::move(submission));
  listener_.on_done(submission.ticket, Stored::kQueued);
}

ProducerState OverflowProducer::state() const {
  ProducerState state = spool_->state();
  RemoteState remote = remote_->state();
  state.has_remote = true;
  state.is_remote_up = remote.is_up;
  state.is_remote_evicting = remote.is_evicting;
  state.can_store = state.can_store || (remote.is_up && remote.has_room);
  if (!remote.last_error.empty()) state.last_error = std::move(remote.last_error);
  return state;
}

}  // namespace penstock::queue
