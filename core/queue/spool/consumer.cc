#include "queue/spool/consumer.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <unistd.h>

#include "base/check.h"
#include "base/log.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kPollMs = 20;
// Looking for new segments means listing folders; a new message in a known one is found sooner.
constexpr std::int64_t kScanPeriodUs = 100'000;
constexpr std::int64_t kRetryUs = 1'000'000;
// Each open segment holds three descriptors.
constexpr std::size_t kOpenStreamsMax = 64;

Result<std::optional<SegmentReader>> open_segment(const std::string& path, bool is_dead) {
  auto opened = SegmentReader::open(path);
  if (opened || !is_dead) return opened;
  // On a full disk the index of the WAL cannot be created, and reading is what makes room. A power
  // cut while the file was made leaves a journal that only a writer may roll back.
  const ErrorCode code = opened.error().code;
  if (code != ErrorCode::kExhausted && code != ErrorCode::kConfiguration) return opened;
  return SegmentReader::open(path, true);
}

}  // namespace

Result<std::unique_ptr<SpoolConsumer>> SpoolConsumer::make(const SpoolOptions& options,
                                                           std::string worker, const Clock& clock) {
  PENSTOCK_TRY(make_spool_folder(options.path));
  return std::unique_ptr<SpoolConsumer>(new SpoolConsumer(options, std::move(worker), clock));
}

SpoolConsumer::SpoolConsumer(const SpoolOptions& options, std::string worker, const Clock& clock)
    : spool_(options.path),
      worker_(std::move(worker)),
      clock_(clock),
      cursor_(options.path, clock),
      census_(options.path),
      dead_letters_(options.path) {}

bool SpoolConsumer::has_lock() {
  if (lock_) return true;
  auto taken = files::FileLock::try_take(spool_ + "/consumer.lock");
  if (!taken || !*taken) return false;
  lock_.emplace(std::move(**taken));
  return true;
}

Result<Claim> SpoolConsumer::claim(std::size_t messages_max, std::size_t bytes_max,
                                   std::int64_t wait_ms) {
  PENSTOCK_CHECK(!has_claim_ && messages_max > 0);
  const std::int64_t until_us = clock_.mono_us() + wait_ms * 1000;
  while (true) {
    const bool is_ours = has_lock();
    if (is_ours) {
      auto claim = claim_now(messages_max, bytes_max);
      if (!claim || !claim->messages.empty()) return claim;
    }
    const std::int64_t left_ms = (until_us - clock_.mono_us()) / 1000;
    if (left_ms <= 0) {
      if (is_ours) return Claim();
      return fail(ErrorCode::kOverloaded, "claim from the spool: another consumer holds it");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(left_ms, kPollMs)));
  }
}

Result<Claim> SpoolConsumer::claim_now(std::size_t messages_max, std::size_t bytes_max) {
  if (clock_.mono_us() >= scan_at_us_) scan();

  std::vector<std::pair<std::int64_t, Stream*>> ready;
  std::size_t opened = 0;
  for (auto& [key, stream] : streams_) {
    if (++opened > kOpenStreamsMax) break;
    if (const auto head = next_of(stream)) ready.emplace_back(head->at_ms, &stream);
  }
  std::stable_sort(ready.begin(), ready.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  Claim claim;
  SegmentReader::Limits left{messages_max, bytes_max};
  for (const auto& [at_ms, stream] : ready) {
    const std::size_t before = claim.messages.size();
    const auto last = stream->reader->read_after(stream->released, left, claim.messages);
    if (!last) {
      claim.messages.resize(before);
      on_unreadable(*stream, last.error());
      continue;
    }
    stream->claimed = *last;
    if (left.messages_max == 0) break;
  }
  has_claim_ = !claim.messages.empty();
  return claim;
}

void SpoolConsumer::scan() {
  scan_at_us_ = clock_.mono_us() + kScanPeriodUs;
  for (const std::string& instance : list_instances(spool_)) scan_instance(instance);
  std::erase_if(streams_, [](const auto& entry) { return entry.second.segments.empty(); });
  // What could not be kept, as on a full disk, would be counted as waiting until more is released.
  for (auto& [key, stream] : streams_) {
    if (stream.reader && stream.saved != stream.released) save_place(stream);
  }
}

void SpoolConsumer::scan_instance(const std::string& instance) {
  // Asked before the listing: a dead process adds nothing to what is listed.
  const bool is_dead = is_instance_dead(spool_, instance);
  const std::vector<SegmentPlace> segments = list_segments(spool_, instance);
  for (const SegmentPlace& place : segments) {
    Stream& stream = streams_[{instance, place.name.reactor}];
    const bool is_new =
        stream.segments.empty() || stream.segments.back().name.number < place.name.number;
    if (is_new) stream.segments.push_back(place);
    stream.is_dead = is_dead;
  }
  for (auto& [key, stream] : streams_) {
    if (key.first != instance || stream.segments.empty()) continue;
    stream.is_complete = is_dead || is_segment_closed(path_of(stream));
  }
  if (is_dead && segments.empty()) remove_instance_if_done(spool_, instance);
}

std::string SpoolConsumer::path_of(const Stream& stream) const {
  return stream.segments.front().path(spool_);
}

// The stream's next message. Segments that are read to their end are removed on the way.
std::optional<SegmentReader::Head> SpoolConsumer::next_of(Stream& stream) {
  while (!stream.segments.empty()) {
    if (!open_head(stream)) return std::nullopt;
    if (!stream.reader) {  // Complete, and never held a message.
      finish_head(stream);
      continue;
    }
    const auto head = stream.reader->head_after(stream.released);
    if (!head) {
      on_unreadable(stream, head.error());
      return std::nullopt;
    }
    if (*head) return **head;
    // is_complete is older than the look into the segment: nothing can have come between.
    if (!stream.is_complete) return std::nullopt;
    finish_head(stream);
  }
  return std::nullopt;
}

// False: try again later.
bool SpoolConsumer::open_head(Stream& stream) {
  if (stream.reader) return true;
  if (clock_.mono_us() < stream.retry_at_us) return false;
  auto opened = open_segment(path_of(stream), stream.is_dead);
  if (!opened) {
    on_unreadable(stream, opened.error());
    return false;
  }
  if (!*opened) return stream.is_complete;
  stream.reader.emplace(std::move(**opened));
  stream.saved = cursor_.load(stream.segments.front().text());
  stream.released = stream.claimed = stream.saved;
  return true;
}

void SpoolConsumer::finish_head(Stream& stream) {
  stream.reader.reset();
  remove_segment(path_of(stream));
  cursor_.forget(stream.segments.front().text());
  stream.segments.pop_front();
  stream.released = stream.claimed = stream.saved = 0;
  // A newer segment of the stream says nothing about whether that one is closed in turn.
  stream.is_complete =
      !stream.segments.empty() && (stream.is_dead || is_segment_closed(path_of(stream)));
  if (stream.segments.empty()) scan_at_us_ = 0;
}

// One faulty segment must not hold up the others.
void SpoolConsumer::on_unreadable(Stream& stream, const Error& error) {
  const std::string path = path_of(stream);
  stream.reader.reset();
  stream.claimed = stream.released;
  // While it is written to, it must keep its name: its writer would go on into a file that nobody
  // looks for.
  if (error.code == ErrorCode::kCorrupt && stream.is_complete) {
    log_error("spool", "segment is damaged, set aside",
              {{"segment", path + ".db.bad"}, {"error", to_text(error)}});
    set_segment_aside(path);
    ++bad_segments_;
    stream.segments.pop_front();
    stream.released = stream.claimed = stream.saved = 0;
    scan_at_us_ = 0;
    return;
  }
  if (::access((path + ".db").c_str(), F_OK) != 0) {
    log_warn("spool", "segment is gone", {{"segment", path}});
    stream.segments.pop_front();
    stream.released = stream.claimed = stream.saved = 0;
    return;
  }
  if (error.code != ErrorCode::kOverloaded) {
    log_error("spool", "segment cannot be read, trying again",
              {{"segment", path}, {"error", to_text(error)}});
  }
  stream.retry_at_us = clock_.mono_us() + kRetryUs;
}

Result<void> SpoolConsumer::release() {
  PENSTOCK_CHECK(has_claim_);
  has_claim_ = false;
  for (auto& [key, stream] : streams_) {
    if (stream.claimed == stream.released) continue;
    stream.released = stream.claimed;
    save_place(stream);
  }
  return {};
}

void SpoolConsumer::save_place(Stream& stream) {
  if (cursor_.save(stream.segments.front().text(), stream.released)) stream.saved = stream.released;
}

void SpoolConsumer::give_up() {
  has_claim_ = false;
  for (auto& [key, stream] : streams_) stream.claimed = stream.released;
}

Result<void> SpoolConsumer::set_aside(std::string_view message, std::string_view reason) {
  PENSTOCK_CHECK(has_claim_);
  return dead_letters_.add({message, reason, clock_.wall_ms(), worker_});
}

Result<QueueState> SpoolConsumer::state() { return census_.state(clock_.wall_ms()); }

}  // namespace penstock::queue
