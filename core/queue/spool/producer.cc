#include "queue/spool/producer.h"

#include <iterator>
#include <optional>
#include <utility>

#include "base/log.h"
#include "queue/spool/instance.h"
#include "queue/spool/writer.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kTickMs = 1'000;
constexpr std::int64_t kRetryUs = 900'000;  // Over by the next tick.
constexpr std::int64_t kLogPeriodUs = 10'000'000;
// How long a segment without new messages is kept open. Each new one costs a few syncs.
constexpr std::int64_t kQueueIdleUs = 60'000'000;
constexpr std::int64_t kOverflowIdleUs = 5'000'000;
// Of one commit, which SQLite holds in memory once more; a submission may be larger.
constexpr std::uint64_t kCommitBytesMax = 4u << 20;

}  // namespace

// What one pool thread at a time works on. Outlives the producer while it does.
struct SpoolProducer::Work {
  Work(std::shared_ptr<SpoolInstance> instance, const SpoolOptions& options, std::uint32_t reactor,
       Role a_role, const Clock& a_clock)
      : writer(std::move(instance), options, reactor), role(a_role), clock(a_clock) {}

  void run();
  void housekeep();
  void commit();
  void set_failed(const Error& error);
  void set_healthy();

  SpoolWriter writer;
  const Role role;
  const Clock& clock;
  std::vector<Submission> group;
  std::vector<Stored> outcomes;            // Of `group`, likewise in order.
  std::vector<std::string_view> messages;  // Keeps its capacity.
  std::int64_t retry_at_us = 0;            // While failing: when a new segment is tried.
  std::int64_t written_at_us = 0;
  std::int64_t logged_at_us = -kLogPeriodUs;

  std::atomic<bool> is_failing{false};
  std::atomic<bool> is_full{false};  // bytes_max is reached.
  std::mutex mutex;
  std::string last_error;  // Guarded by `mutex`.
};

void SpoolProducer::Work::run() {
  housekeep();
  if (!group.empty()) commit();
}

// Before each commit and at each tick, so that service comes back without traffic, too.
void SpoolProducer::Work::housekeep() {
  const std::int64_t now_us = clock.mono_us();
  is_full = !writer.has_room(1);

  const std::int64_t idle_us = role == Role::kQueue ? kQueueIdleUs : kOverflowIdleUs;
  const bool is_idle = now_us - written_at_us >= idle_us;
  // A full spool gets room again only from segments that may be removed.
  if (writer.has_segment() && (is_idle || is_full)) writer.close_segment();

  if (!is_failing || now_us < retry_at_us) return;
  if (const auto probed = writer.probe()) {
    set_healthy();
    written_at_us = now_us;
  } else {
    set_failed(probed.error());
  }
}

void SpoolProducer::Work::commit() {
  outcomes.assign(group.size(), Stored::kRefused);
  if (is_failing) return;

  messages.clear();
  std::uint64_t bytes = 0;
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (!writer.has_room(bytes + group[i].bytes)) {
      is_full = true;
      continue;
    }
    bytes += group[i].bytes;
    for (const std::string& message : group[i].messages) messages.push_back(message);
    taken.push_back(i);
  }
  if (taken.empty()) {
    writer.close_segment();
    return;
  }

  if (const auto appended = writer.append(messages, clock.wall_ms()); !appended) {
    set_failed(appended.error());
    return;
  }
  written_at_us = clock.mono_us();
  const Stored outcome = role == Role::kQueue ? Stored::kQueued : Stored::kSpooled;
  for (const std::size_t i : taken) outcomes[i] = outcome;
}

void SpoolProducer::Work::set_failed(const Error& error) {
  const std::int64_t now_us = clock.mono_us();
  is_failing = true;
  retry_at_us = now_us + kRetryUs;
  {
    const std::lock_guard guard(mutex);
    last_error = to_text(error);
  }
  if (now_us - logged_at_us < kLogPeriodUs) return;
  logged_at_us = now_us;
  log_error("spool.refuses", "cannot write, refusing events", {{"error", to_text(error)}});
}

void SpoolProducer::Work::set_healthy() {
  is_failing = false;
  {
    const std::lock_guard guard(mutex);
    last_error.clear();
  }
  log_info("spool", "writing again");
}

Result<std::unique_ptr<SpoolProducer>> SpoolProducer::make(const SpoolOptions& options,
                                                           std::uint32_t reactor, Role role,
                                                           io::Loop& loop, const Clock& clock,
                                                           ProducerListener& listener) {
  auto instance = SpoolInstance::shared(options.path);
  if (!instance) return fail(instance.error());
  auto work = std::make_shared<Work>(*instance, options, reactor, role, clock);
  return std::unique_ptr<SpoolProducer>(
      new SpoolProducer(std::move(*instance), std::move(work), loop, listener));
}

SpoolProducer::SpoolProducer(std::shared_ptr<SpoolInstance> instance, std::shared_ptr<Work> work,
                             io::Loop& loop, ProducerListener& listener)
    : loop_(loop),
      listener_(listener),
      instance_(std::move(instance)),
      work_(std::move(work)),
      self_(std::make_shared<SpoolProducer*>(this)),
      tick_(loop, [this] { on_tick(); }) {
  tick_.start_every(kTickMs);
}

SpoolProducer::~SpoolProducer() { *self_ = nullptr; }

void SpoolProducer::submit(Submission submission) {
  ++in_flight_;
  waiting_.push_back(std::move(submission));
  if (!is_working_) start_work();
}

void SpoolProducer::on_tick() {
  if (!is_working_) start_work();
  // Apart from the commits, which need not wait until a large spool is counted.
  if (!instance_->take_turn_to_measure(work_->clock.mono_us())) return;
  loop_.run_in_pool([instance = instance_] { instance->measure(); },
                    [self = self_] {
                      // There may be room again.
                      if (*self != nullptr && !(*self)->is_working_) (*self)->start_work();
                    });
}

void SpoolProducer::start_work() {
  is_working_ = true;
  take_group();
  loop_.run_in_pool([work = work_] { work->run(); },
                    [self = self_] {
                      if (*self != nullptr) (*self)->on_work_done();
                    });
}

// The oldest that wait, as many as one commit takes.
void SpoolProducer::take_group() {
  std::uint64_t bytes = 0;
  auto end = waiting_.begin();
  while (end != waiting_.end() && bytes < kCommitBytesMax) bytes += (end++)->bytes;
  work_->group.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
}

void SpoolProducer::on_work_done() {
  // Taken over first: a listener may submit at once, and that starts the next work.
  std::vector<Submission> group = std::move(work_->group);
  const std::vector<Stored> outcomes = std::move(work_->outcomes);
  work_->group.clear();
  work_->outcomes.clear();
  is_working_ = false;
  if (!waiting_.empty()) start_work();

  const std::shared_ptr<SpoolProducer*> self = self_;
  for (std::size_t i = 0; i < group.size(); ++i) {
    --in_flight_;
    listener_.on_done(group[i].ticket, outcomes[i]);
    if (*self == nullptr) return;  // The listener has dropped us.
  }
}

ProducerState SpoolProducer::state() const {
  ProducerState state;
  state.can_store = !work_->is_failing && !work_->is_full;
  state.spool_bytes = instance_->bytes();
  state.spool_bytes_max = work_->writer.bytes_max();
  state.spool_batches = instance_->batches();
  state.spool_bad_segments = instance_->bad_segments();
  const std::lock_guard guard(work_->mutex);
  state.last_error = work_->last_error;
  if (state.last_error.empty() && work_->is_full) state.last_error = "the spool is full";
  return state;
}

}  // namespace penstock::queue
