#include "worker/pipeline.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "event/batch.h"
#include "store/contract/forecast.h"
#include "worker/backoff.h"
#include "worker/claim_keeper.h"
#include "worker/decoder.h"
#include "worker/stop_signal.h"

namespace penstock::worker {
namespace {

// A claim waits no longer, so that stop() is heeded soon.
constexpr std::int64_t kClaimWaitMs = 250;
// Rows of unusual size must not fill the memory; usual ones reach batch_rows first.
constexpr std::size_t kClaimBytesPerRow = 1'024;
constexpr std::size_t kClaimBytesMin = std::size_t{1} << 20;
constexpr std::size_t kClaimBytesMax = std::size_t{16} << 20;

// Events that are not older do not wait for those that are: today's and yesterday's.
constexpr std::int64_t kFreshMs = std::int64_t{2} * 86'400'000;

constexpr std::int64_t kQueueStatePeriodUs = 1'000'000;
constexpr std::int64_t kStoreBytesPeriodUs = 10'000'000;
constexpr std::int64_t kUpkeepPeriodUs = 600'000'000;
// How often days at rest are looked at, and what share of the time their columns may take while
// there is work on them: a fifth.
constexpr std::int64_t kColumnsPeriodUs = 60'000'000;
constexpr std::int64_t kColumnsShare = 5;

// Says that something fails once for each change of the reason, however often it is tried.
class FailureLog {
 public:
  FailureLog(const char* id, const char* text) : id_(id), text_(text) {}

  void failed(const Error& error) {
    if (last_ && last_->code == error.code && last_->native == error.native &&
        last_->reason == error.reason) {
      return;
    }
    set(error);
    log_error(id_, text_, {{"error", to_text(error)}});
  }
  void succeeded(const char* text) {
    if (!last_) return;
    set(std::nullopt);
    log_info("worker", text);
  }

  // ": " and the reason, for a sentence; "" where all is well. Any thread.
  std::string reason() const {
    const std::lock_guard lock(mutex_);
    return last_ ? ": " + to_text(*last_) : "";
  }

 private:
  void set(const std::optional<Error>& error) {
    const std::lock_guard lock(mutex_);
    last_ = error;
  }

  const char* id_;
  const char* text_;
  mutable std::mutex mutex_;
  std::optional<Error> last_;  // Guarded by `mutex_` against other threads than the pipeline's.
};

}  // namespace

struct Pipeline::State {
  State(const PipelineOptions& pipeline_options, queue::Consumer& queue_consumer,
        enrich::Enricher& row_enricher, store::EventStore& event_store, const Clock& system_clock,
        PipelineCounters& pipeline_counters)
      : options(pipeline_options),
        consumer(queue_consumer),
        enricher(row_enricher),
        store(event_store),
        clock(system_clock),
        counters(pipeline_counters),
        keeper(queue_consumer, system_clock) {}

  bool run_once(std::int64_t wait_ms);
  // Whether more waits behind the last claim, as far as that can be told.
  bool has_more() const { return is_alone || rows.size() * 2 >= options.batch_rows; }

  bool process(const queue::Claim& claim);
  bool set_killer_aside(const queue::Claim& claim);
  bool set_bad_messages_aside(const queue::Claim& claim);
  bool store_rows();
  bool store_chunk(std::span<const event::Row> chunk);
  bool set_rows_aside(std::span<const event::Row> chunk,
                      const std::vector<store::Refused>& refused);
  bool set_aside(std::string_view message, std::string_view reason);
  void release();
  void queue_works();
  void look_at_queue();
  void look_at_store();
  void look_after_things();
  void finish_batch();
  void turn() {
    turns.fetch_add(1, std::memory_order_relaxed);
    counters.turned_at_ms.set(static_cast<std::uint64_t>(clock.wall_ms()));
  }
  void show_life() {
    turn();
    keeper.show_life();
  }
  void show_claim(std::size_t messages) {
    counters.claimed.set(messages);
    counters.claimed_at_ms.set(messages == 0 ? 0 : static_cast<std::uint64_t>(clock.wall_ms()));
  }

  const PipelineOptions options;
  queue::Consumer& consumer;
  enrich::Enricher& enricher;
  store::EventStore& store;
  const Clock& clock;
  PipelineCounters& counters;

  StopSignal stop;
  std::atomic<std::uint64_t> turns{0};
  ClaimKeeper keeper;
  Decoder decoder;
  std::vector<event::Row> rows;
  bool is_alone = false;  // The last claim's message was.
  event::BatchWriter row_writer;
  Backoff backoff{Random::from_system()};
  Backoff release_backoff{Random::from_system()};
  bool is_release_failing = false;  // The last one did.
  FailureLog queue_failure{"worker.queue_failing", "the queue does not answer; trying again"};
  FailureLog release_failure{
      "worker.release_failing",
      "a stored batch was not taken out of the queue and will come again; waiting a moment"};
  FailureLog store_failure{"worker.store_failing",
                           "the store refuses a batch; holding it and trying again"};
  FailureLog upkeep_failure{"worker.upkeep_failing", "days past the retention cannot be removed"};
  std::int64_t queue_state_due_us = 0;
  std::int64_t store_bytes_due_us = 0;
  std::int64_t columns_due_us = 0;
  std::int64_t upkeep_due_us = 0;
};

bool Pipeline::State::run_once(std::int64_t wait_ms) {
  turn();
  finish_batch();
  look_after_things();
  const std::size_t bytes_max =
      std::clamp(options.batch_rows * kClaimBytesPerRow, kClaimBytesMin, kClaimBytesMax);
  auto claim = consumer.claim(options.batch_rows, bytes_max, wait_ms);
  if (!claim) {
    counters.is_queue_failing.set(1);
    queue_failure.failed(claim.error());
    stop.wait_ms(backoff.next_ms());
    return false;
  }
  is_alone = claim->is_alone;
  if (claim->messages.empty() || !is_release_failing) queue_works();
  if (claim->messages.empty()) return false;
  keeper.begin();
  show_claim(claim->messages.size());
  if (!process(*claim)) {
    consumer.give_up();
  } else if (!is_release_failing) {
    counters.released.add(claim->messages.size());
  }
  show_claim(0);
  keeper.end();
  return true;
}

// Every step that does not succeed before stop() leaves the claim unreleased: its messages stay in
// the queue, and what of them is stored already will be a duplicate.
bool Pipeline::State::process(const queue::Claim& claim) {
  if (!set_bad_messages_aside(claim)) return false;
  for (const event::Record& record : decoder.records()) rows.push_back(enricher.enrich(record));
  counters.unjudged_user_agents.set(enricher.unjudged_user_agents());
  if (!store_rows()) return false;
  release();
  counters.batches.add();
  return true;
}

// Unread: looking into it may be what kills.
bool Pipeline::State::set_killer_aside(const queue::Claim& claim) {
  const std::string reason = str_cat("the worker died ", claim.receipts - 1, " times with it");
  if (!set_aside(claim.messages.front(), reason)) return false;
  counters.dead.add();
  log_error("worker.killer", "a message that kills the worker was set aside",
            {{"bytes", claim.messages.front().size()}, {"receipts", claim.receipts}});
  return true;
}

bool Pipeline::State::set_bad_messages_aside(const queue::Claim& claim) {
  const std::int64_t now_ms = clock.wall_ms();
  std::uint32_t count = 0;
  std::string first_reason;
  std::span<const std::string> messages(claim.messages);
  if (claim.receipts > queue::kReceiptsMax) {
    if (!set_killer_aside(claim)) return false;
    messages = messages.subspan(1);
  }
  for (const std::string& message : messages) {
    auto added = decoder.add(message, now_ms);
    if (added) continue;
    const std::string reason = to_text(added.error());
    if (!set_aside(message, reason)) return false;
    counters.dead.add();
    if (count++ == 0) first_reason = reason;
  }
  if (count > 0) {
    log_warn("worker.unreadable", "messages that cannot be read were set aside",
             {{"messages", count}, {"first_reason", first_reason}});
  }
  return true;
}

bool Pipeline::State::set_aside(std::string_view message, std::string_view reason) {
  while (true) {
    auto done = consumer.set_aside(message, reason);
    show_life();
    if (done) break;
    counters.is_queue_failing.set(1);
    queue_failure.failed(done.error());
    if (!stop.wait_ms(backoff.next_ms())) return false;
  }
  queue_works();
  return true;
}

// What is late may be of hundreds of days, each a file of its own: what is of these days goes
// first.
bool Pipeline::State::store_rows() {
  if (rows.size() > options.batch_rows) {
    const std::int64_t fresh_ms = clock.wall_ms() - kFreshMs;
    std::stable_partition(rows.begin(), rows.end(), [fresh_ms](const event::Row& row) {
      return row.record.occurred_at_ms >= fresh_ms;
    });
  }
  const std::span<const event::Row> all(rows);
  for (std::size_t first = 0; first < all.size(); first += options.batch_rows) {
    const std::size_t count = std::min<std::size_t>(options.batch_rows, all.size() - first);
    if (!store_chunk(all.subspan(first, count))) return false;
  }
  return true;
}

bool Pipeline::State::store_chunk(std::span<const event::Row> chunk) {
  while (true) {
    const std::int64_t begun_us = clock.mono_us();
    auto outcome = store.store(chunk);
    show_life();
    if (!outcome) {
      counters.is_store_failing.set(1);
      store_failure.failed(outcome.error());
      look_at_queue();  // It grows meanwhile, which is what people want to know.
      if (!stop.wait_ms(backoff.next_ms())) return false;
      continue;
    }
    counters.commit.observe_us(clock.mono_us() - begun_us);
    counters.is_store_failing.set(0);
    store_failure.succeeded("the store takes batches again");
    backoff.reset();
    counters.stored.add(outcome->stored);
    counters.duplicates.add(outcome->duplicates);
    return set_rows_aside(chunk, outcome->refused);
  }
}

// Each as a batch of its own, so that it can be put back into the queue as it is.
bool Pipeline::State::set_rows_aside(std::span<const event::Row> chunk,
                                     const std::vector<store::Refused>& refused) {
  for (const auto& [index, reason] : refused) {
    row_writer.clear();
    row_writer.add(chunk[index].record);
    if (!set_aside(row_writer.finish(), reason)) return false;
    counters.dead.add();
  }
  if (!refused.empty()) {
    log_warn("worker.refused_events", "events that the store refuses were set aside",
             {{"events", refused.size()},
              {"first_id", chunk[refused.front().index].record.id.hex()},
              {"first_reason", refused.front().reason}});
  }
  return true;
}

// A queue that can be read and not be written brings the same batch again at once, so it is waited
// for as one that does not answer.
void Pipeline::State::release() {
  const auto released = consumer.release();
  is_release_failing = !released;
  if (released) return queue_works();
  counters.is_queue_failing.set(1);
  release_failure.failed(released.error());
  stop.wait_ms(release_backoff.next_ms());
}

void Pipeline::State::queue_works() {
  counters.is_queue_failing.set(0);
  queue_failure.succeeded("the queue answers again");
  backoff.reset();
  if (is_release_failing) return;
  release_failure.succeeded("stored batches are taken out of the queue again");
  release_backoff.reset();
}

void Pipeline::State::finish_batch() {
  rows.clear();
  decoder.clear();
  enricher.forget();
}

void Pipeline::State::look_at_queue() {
  const std::int64_t now_us = clock.mono_us();
  if (now_us < queue_state_due_us) return;
  queue_state_due_us = now_us + kQueueStatePeriodUs;
  if (const auto state = consumer.state()) {
    counters.queue_depth.set(state->depth);
    counters.queue_oldest_ms.set(static_cast<std::uint64_t>(state->oldest_seconds * 1'000));
  }
}

void Pipeline::State::look_at_store() {
  const store::Forecast outlook = store.forecast();
  counters.store_bytes.set(outlook.bytes);
  counters.store_days.set(outlook.days);
  counters.store_limit_bytes.set(outlook.limit_bytes);
  counters.store_bytes_per_day.set(static_cast<std::uint64_t>(outlook.bytes_per_day.value_or(0)));
  constexpr double kDayS = 86'400;
  counters.store_full_in_s.set(outlook.full_in_days
                                   ? static_cast<std::uint64_t>(*outlook.full_in_days * kDayS)
                                   : PipelineCounters::kNever);
}

void Pipeline::State::look_after_things() {
  look_at_queue();
  const std::int64_t now_us = clock.mono_us();
  if (now_us >= upkeep_due_us) {
    upkeep_due_us = now_us + kUpkeepPeriodUs;
    const auto upkeep = store.maintain();
    if (!upkeep) {
      upkeep_failure.failed(upkeep.error());
    } else {
      upkeep_failure.succeeded("days past the retention were removed again");
      if (upkeep->days_removed > 0) {
        log_info("worker", "removed days past the retention", {{"days", upkeep->days_removed}});
      }
    }
  }
  if (now_us >= columns_due_us) {
    const bool has_more = store.gather_columns();
    const std::int64_t end_us = clock.mono_us();
    const store::Compacted compacted = store.compacted();
    counters.compacted_days.set(compacted.days);
    counters.compacted_bytes_saved.set(compacted.bytes_saved);
    const auto removed = store.removed_by_rules();
    for (std::size_t i = 0; i < removed.size(); ++i) {
      // The days of all come last in both.
      counters.removed_by_rule[i + 1 < removed.size() ? i : counters.kRulesMax].set(removed[i]);
    }
    columns_due_us =
        end_us + (has_more ? (end_us - now_us) * (kColumnsShare - 1) : kColumnsPeriodUs);
  }
  if (now_us >= store_bytes_due_us) {
    store_bytes_due_us = now_us + kStoreBytesPeriodUs;
    look_at_store();
  }
}

Pipeline::Pipeline(const PipelineOptions& options, queue::Consumer& consumer,
                   enrich::Enricher& enricher, store::EventStore& store, const Clock& clock,
                   PipelineCounters& counters)
    : state_(std::make_unique<State>(options, consumer, enricher, store, clock, counters)) {}

Pipeline::~Pipeline() = default;

// The first message after a quiet time is stored at once. What follows it is gathered: the next
// claim waits until half of batch_wait_ms has gone by since this one, which bounds both the commits
// a second and the time that an event stays invisible. A batch that was full has more behind it,
// and so may have one that was claimed alone: nothing is waited for.
void Pipeline::run() {
  state_->keeper.start();
  while (!state_->stop.is_requested()) {
    const std::int64_t begun_us = state_->clock.mono_us();
    const bool had_messages = state_->run_once(kClaimWaitMs);
    if (!had_messages || state_->has_more()) continue;
    const std::int64_t spent_ms = (state_->clock.mono_us() - begun_us) / 1'000;
    const std::int64_t pause_ms = state_->options.batch_wait_ms / 2 - spent_ms;
    if (pause_ms > 0) state_->stop.wait_ms(pause_ms);
  }
  state_->keeper.stop();
  state_->finish_batch();
}

std::uint64_t Pipeline::turns() const { return state_->turns.load(std::memory_order_relaxed); }

void Pipeline::stop() { state_->stop.request(); }

std::vector<std::string> Pipeline::not_ready() const {
  std::vector<std::string> reasons;
  if (state_->counters.is_queue_failing.value() != 0) {
    const std::string reason = state_->queue_failure.reason();
    reasons.push_back("the queue does not answer" +
                      (reason.empty() ? state_->release_failure.reason() : reason));
  }
  if (state_->counters.is_store_failing.value() != 0) {
    reasons.push_back("the store refuses a batch" + state_->store_failure.reason());
  }
  return reasons;
}

bool Pipeline::run_once() { return state_->run_once(0); }

}  // namespace penstock::worker
