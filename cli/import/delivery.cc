#include "cli/import/delivery.h"

#include "app/program.h"
#include "queue/consumer.h"
#include "queue/producer.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kTurnMs = 50;
// Not the first, which takes it upon itself to replay what an intake left in the spool.
constexpr std::uint32_t kReactor = 1;

bool is_sidekiq(const app::Config& config) { return config.queue.format == "sidekiq"; }

}  // namespace

Delivery::Delivery(const app::Config& config, const Clock& clock, std::function<void()> on_wait)
    : config_(config),
      clock_(clock),
      on_wait_(std::move(on_wait)),
      depth_max_(is_sidekiq(config) ? kWaitingEventsMax : kWaitingEventsMax / kDeliveryEvents),
      tick_(loop_, [this] { loop_.stop(); }),
      batch_(is_sidekiq(config) ? intake::QueueFormat::kSidekiq : intake::QueueFormat::kNative,
             config.queue.sidekiq_queue, config.queue.sidekiq_class) {}

Result<std::unique_ptr<Delivery>> Delivery::open(const app::Config& config, const Clock& clock,
                                                 std::function<void()> on_wait) {
  std::unique_ptr<Delivery> delivery(new Delivery(config, clock, std::move(on_wait)));
  auto producer = queue::make_producer(app::producer_options(config, kReactor), delivery->loop_,
                                       clock, *delivery);
  if (!producer) return fail(producer.error());
  delivery->producer_ = std::move(*producer);
  auto inspector = queue::make_inspector(app::consumer_options(config), clock);
  if (!inspector) return fail(inspector.error());
  delivery->inspector_ = std::move(*inspector);
  delivery->batch_.begin_request(static_cast<std::size_t>(config.ingest.max_event_bytes),
                                 clock.wall_ms());
  return delivery;
}

bool Delivery::add(const event::Record& record) { return batch_.add(record); }

bool Delivery::is_full() const {
  return batch_.events() >= kDeliveryEvents || batch_.bytes() >= kDeliveryBytes;
}

void Delivery::on_done(std::uint64_t /*ticket*/, queue::Stored outcome) {
  if (outcome == queue::Stored::kRefused) is_refused_ = true;
  loop_.stop();
}

void Delivery::turn() {
  tick_.start_once(kTurnMs);
  loop_.run();
  on_wait_();
}

Result<void> Delivery::wait_for_outcome() {
  while (producer_->in_flight() > 0) turn();
  if (!is_refused_) return {};
  return fail(ErrorCode::kOverloaded, "the queue takes no more events");
}

double Delivery::waiting_s() const {
  if (waiting_since_us_ == 0) return 0;
  return static_cast<double>(clock_.mono_us() - waiting_since_us_) / 1e6;
}

// What cannot be asked now is asked again: whether it takes events the producer will see.
Result<void> Delivery::wait_for_room() {
  waiting_since_us_ = clock_.mono_us();
  while (true) {
    const auto state = inspector_->state();
    if (state && state->depth < depth_max_) break;
    if (!state && state.error().code == ErrorCode::kConfiguration) return fail(state.error());
    turn();
  }
  waiting_since_us_ = 0;
  return {};
}

Result<void> Delivery::send() {
  PENSTOCK_TRY(wait_for_outcome());
  if (batch_.events() == 0) return {};
  PENSTOCK_TRY(wait_for_room());
  queue::Submission submission;
  submission.ticket = ++ticket_;
  batch_.take_into(submission);
  batch_.begin_request(static_cast<std::size_t>(config_.ingest.max_event_bytes), clock_.wall_ms());
  producer_->submit(std::move(submission));
  return {};
}

Result<void> Delivery::finish() {
  PENSTOCK_TRY(send());
  return wait_for_outcome();
}

}  // namespace penstock::cli
