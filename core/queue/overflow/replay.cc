#include "queue/overflow/replay.h"

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

struct SpoolReplay::Work {
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

Result<std::unique_ptr<SpoolReplay>> SpoolReplay::make(const SpoolOptions& options, Remote& remote,
                                                       io::Loop& loop, const Clock& clock) {
  auto consumer =
      SpoolConsumer::make(options, "replay", clock, SpoolConsumer::Receipts::kNotCounted);
  if (!consumer) return fail(consumer.error());
  auto work = std::make_shared<Work>(std::move(*consumer));
  return std::unique_ptr<SpoolReplay>(new SpoolReplay(std::move(work), remote, loop));
}

SpoolReplay::SpoolReplay(std::shared_ptr<Work> work, Remote& remote, io::Loop& loop)
    : loop_(loop),
      remote_(remote),
      work_(std::move(work)),
      self_(std::make_shared<SpoolReplay*>(this)),
      tick_(loop, [this] { wake(); }) {
  tick_.start_every(kTickMs);
}

SpoolReplay::~SpoolReplay() { *self_ = nullptr; }

void SpoolReplay::wake() {
  if (!is_busy_ && remote_.can_take()) claim(false);
}

void SpoolReplay::claim(bool releases_first) {
  is_busy_ = true;
  loop_.run_in_pool([work = work_, releases_first] { work->run(releases_first); },
                    [self = self_] {
                      if (*self != nullptr) (*self)->on_claimed();
                    });
}

void SpoolReplay::on_claimed() {
  Submission chunk;
  chunk.messages = std::exchange(work_->claim.messages, {});
  const std::size_t count = chunk.messages.size();
  if (count == 0) {
    is_busy_ = false;
    if (work_->replayed > 0) {
      log_info("spool", "replayed to the queue", {{"messages", work_->replayed}});
    }
    work_->replayed = 0;
    return;
  }
  if (!remote_.can_take()) return on_pushed(count, false);
  for (const std::string& message : chunk.messages) chunk.bytes += message.size();
  remote_.push(std::move(chunk), [self = self_, count](const Submission&, bool is_stored) {
    if (*self != nullptr) (*self)->on_pushed(count, is_stored);
  });
}

void SpoolReplay::on_pushed(std::size_t messages, bool is_stored) {
  // A queue that is nearly full has room for less at a time, and would refuse the same for ever.
  std::size_t& bytes = work_->chunk_bytes;
  bytes = std::clamp(is_stored ? bytes * 2 : bytes / 2, kChunkBytesMin, kChunkBytesMax);
  if (is_stored) {
    work_->replayed += messages;
    return claim(true);
  }
  work_->consumer->give_up();
  is_busy_ = false;
}

}  // namespace penstock::queue
