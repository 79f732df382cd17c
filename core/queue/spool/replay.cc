#include "queue/spool/replay.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "queue/spool/consumer.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kTickMs = 500;
constexpr std::size_t kChunkMessagesMax = 2'000;
constexpr std::size_t kChunkBytesMax = 1 << 20;
constexpr std::size_t kChunkBytesMin = 4'096;

}  // namespace

struct RedisReplay::Work {
  explicit Work(std::unique_ptr<SpoolConsumer> a_consumer) : consumer(std::move(a_consumer)) {}

  void run(bool releases_first) {
    if (releases_first) {
      if (const auto released = consumer->release(); !released) return;
    }
    auto claimed = consumer->claim(kChunkMessagesMax, chunk_bytes, 0);
    // Another process's replay may hold the spool: it does the same work.
    if (claimed) claim = std::move(*claimed);
  }

  const std::unique_ptr<SpoolConsumer> consumer;
  Claim claim;
  std::size_t chunk_bytes = kChunkBytesMax;
  std::uint64_t replayed = 0;  // Messages since the spool was last empty.
};

Result<std::unique_ptr<RedisReplay>> RedisReplay::make(const SpoolOptions& options, io::Loop& loop,
                                                       const Clock& clock,
                                                       std::function<bool()> can_push, Push push) {
  auto consumer =
      SpoolConsumer::make(options, "replay", clock, SpoolConsumer::Receipts::kNotCounted);
  if (!consumer) return fail(consumer.error());
  auto work = std::make_shared<Work>(std::move(*consumer));
  return std::unique_ptr<RedisReplay>(
      new RedisReplay(std::move(work), loop, std::move(can_push), std::move(push)));
}

RedisReplay::RedisReplay(std::shared_ptr<Work> work, io::Loop& loop, std::function<bool()> can_push,
                         Push push)
    : loop_(loop),
      can_push_(std::move(can_push)),
      push_(std::move(push)),
      work_(std::move(work)),
      self_(std::make_shared<RedisReplay*>(this)),
      tick_(loop, [this] { wake(); }) {
  tick_.start_every(kTickMs);
}

RedisReplay::~RedisReplay() { *self_ = nullptr; }

void RedisReplay::wake() {
  if (!is_busy_ && can_push_()) claim(false);
}

void RedisReplay::claim(bool releases_first) {
  is_busy_ = true;
  loop_.run_in_pool([work = work_, releases_first] { work->run(releases_first); },
                    [self = self_] {
                      if (*self != nullptr) (*self)->on_claimed();
                    });
}

void RedisReplay::on_claimed() {
  if (work_->claim.messages.empty()) {
    is_busy_ = false;
    if (work_->replayed > 0) {
      log_info("spool", "replayed to Redis", {{"messages", work_->replayed}});
    }
    work_->replayed = 0;
    return;
  }
  if (!can_push_()) return on_pushed(false);
  // `work` keeps the messages for as long as Redis may look at them.
  push_(work_->claim.messages, [self = self_, work = work_](bool is_stored) {
    if (*self != nullptr) (*self)->on_pushed(is_stored);
  });
}

void RedisReplay::on_pushed(bool is_stored) {
  if (is_stored) work_->replayed += work_->claim.messages.size();
  work_->claim.messages.clear();
  // A queue that is nearly full has room for less at a time, and would refuse the same for ever.
  std::size_t& bytes = work_->chunk_bytes;
  bytes = std::clamp(is_stored ? bytes * 2 : bytes / 2, kChunkBytesMin, kChunkBytesMax);
  if (is_stored) return claim(true);
  work_->consumer->give_up();
  is_busy_ = false;
}

}  // namespace penstock::queue
