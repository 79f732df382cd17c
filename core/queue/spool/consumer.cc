#include "queue/spool/consumer.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "queue/spool/folder.h"
#include "queue/spool/versions.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kPollMs = 20;

}  // namespace

Result<std::unique_ptr<SpoolConsumer>> SpoolConsumer::make(const SpoolOptions& options,
                                                           std::string worker, const Clock& clock,
                                                           Receipts receipts) {
  PENSTOCK_TRY(make_spool_folder(options.path));
  PENSTOCK_TRY(refuse_newer_spool(options.path));
  return std::unique_ptr<SpoolConsumer>(
      new SpoolConsumer(options, std::move(worker), clock, receipts));
}

SpoolConsumer::SpoolConsumer(const SpoolOptions& options, std::string worker, const Clock& clock,
                             Receipts receipts)
    : spool_(options.path),
      worker_(std::move(worker)),
      clock_(clock),
      receipts_(receipts),
      cursor_(options.path, clock),
      streams_(options.path, cursor_, clock),
      census_(options.path),
      dead_letters_(options.path) {}

bool SpoolConsumer::has_lock() {
  if (lock_) return true;
  auto taken = files::FileLock::try_take(spool_ + "/consumer.lock");
  if (!taken || !*taken) return false;
  lock_.emplace(std::move(**taken));
  load_claims();
  return true;
}

Result<Claim> SpoolConsumer::claim(std::size_t messages_max, std::size_t bytes_max,
                                   std::int64_t wait_ms) {
  PENSTOCK_CHECK(!has_claim_ && messages_max > 0);
  const std::int64_t until_us = clock_.mono_us() + wait_ms * 1000;
  while (true) {
    const bool is_ours = has_lock();
    if (is_ours) {
      Claim claim = claim_now(messages_max, bytes_max);
      if (!claim.messages.empty()) return claim;
    }
    const std::int64_t left_ms = (until_us - clock_.mono_us()) / 1000;
    if (left_ms <= 0) {
      if (is_ours) return Claim();
      return fail(ErrorCode::kOverloaded, "claim from the spool: another consumer holds it");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left_ms, kPollMs)));
  }
}

Claim SpoolConsumer::claim_now(std::size_t messages_max, std::size_t bytes_max) {
  streams_.scan_if_due();
  std::vector<SpoolStreams::Ready> ready = streams_.look();
  Claim claim;
  const auto suspect = std::find_if(ready.begin(), ready.end(),
                                    [this](const auto& entry) { return is_suspect(entry); });
  if (suspect != ready.end()) {
    claim.is_alone = true;
    messages_max = 1;
    ready = {*suspect};
  }
  SegmentReader::Limits left{messages_max, bytes_max};
  for (const SpoolStreams::Ready& entry : ready) {
    streams_.claim(*entry.stream, left, claim.messages);
    if (left.messages_max == 0) break;
  }
  has_claim_ = !claim.messages.empty();
  if (has_claim_ && receipts_ == Receipts::kCounted) note(claim);
  return claim;
}

bool SpoolConsumer::is_suspect(const SpoolStreams::Ready& ready) const {
  const auto found = suspects_.find(ready.stream->place().segment);
  return found != suspects_.end() && ready.id <= found->second.up_to;
}

void SpoolConsumer::note(Claim& claim) {
  claimed_.clear();
  for (const SpoolStream* stream : streams_.claimed()) {
    const std::string segment = stream->place().segment;
    const auto suspect = suspects_.find(segment);
    SpoolClaim noted = suspect != suspects_.end() ? suspect->second : SpoolClaim();
    noted.up_to = std::max(noted.up_to, stream->claimed);
    if (claim.messages.size() == 1) {
      noted.receipts = noted.alone_id == stream->claimed ? noted.receipts + 1 : 1;
      noted.alone_id = stream->claimed;
      claim.receipts = noted.receipts;
    }
    claimed_[segment] = noted;
  }
  cursor_.save_claims(claimed_);
}

// What a consumer before us had claimed when it died. Its segments may be gone by now.
void SpoolConsumer::load_claims() {
  if (receipts_ != Receipts::kCounted) return;
  suspects_ = cursor_.load_claims();
  std::erase_if(suspects_, [this](const auto& entry) {
    const bool is_gone = is_segment_gone(spool_ + "/" + entry.first);
    if (is_gone) cursor_.forget(entry.first);
    return is_gone;
  });
  if (suspects_.empty()) return;
  log_warn("spool.died_with_claim",
           "the consumer before died with a claim; its messages come one by one",
           {{"segments", suspects_.size()}});
}

Result<void> SpoolConsumer::release() {
  PENSTOCK_CHECK(has_claim_);
  has_claim_ = false;
  claimed_.clear();
  const std::vector<SpoolStream*> streams = streams_.claimed();
  std::vector<SpoolPlace> places;
  for (SpoolStream* stream : streams) {
    stream->released = stream->claimed;
    places.push_back(stream->place());
    const auto suspect = suspects_.find(places.back().segment);
    const bool is_past = suspect != suspects_.end() && suspect->second.up_to <= stream->released;
    if (is_past) suspects_.erase(suspect);
  }
  if (!cursor_.save(places)) return {};
  for (SpoolStream* stream : streams) stream->saved = stream->released;
  return {};
}

// Its notes become what they were before it.
void SpoolConsumer::give_up() {
  if (!std::exchange(has_claim_, false)) return;
  for (SpoolStream* stream : streams_.claimed()) stream->claimed = stream->released;
  SpoolClaims before;
  for (auto noted = claimed_.begin(); noted != claimed_.end();) {
    const auto suspect = suspects_.find(noted->first);
    if (suspect != suspects_.end()) before.insert(*suspect);
    noted = suspect != suspects_.end() ? claimed_.erase(noted) : std::next(noted);
  }
  if (!before.empty()) cursor_.save_claims(before);
  if (!claimed_.empty()) cursor_.forget_claims(claimed_);
  claimed_.clear();
}

Result<void> SpoolConsumer::set_aside(std::string_view message, std::string_view reason) {
  PENSTOCK_CHECK(has_claim_);
  return dead_letters_.add({message, reason, clock_.wall_ms(), worker_});
}

Result<QueueState> SpoolConsumer::state() { return census_.state(clock_.wall_ms()); }

}  // namespace penstock::queue
