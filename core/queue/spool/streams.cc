#include "queue/spool/streams.h"

#include <algorithm>

#include "base/check.h"
#include "base/log.h"

namespace penstock::queue {
namespace {

// Listing folders costs more than a look: a new message in a known segment is found sooner.
constexpr std::int64_t kScanPeriodUs = 100'000;
constexpr std::int64_t kRetryUs = 1'000'000;
// Opening a segment costs about as much as reading a hundred messages.
constexpr std::int64_t kTurnUs = 100'000;

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

void SpoolStreams::scan_if_due() {
  if (clock_.mono_us() < scan_at_us_) return;
  scan_at_us_ = clock_.mono_us() + kScanPeriodUs;
  const std::vector<std::string> instances = list_instances(spool_);
  for (const std::string& instance : instances) scan_instance(instance);
  // An empty one is kept for as long as its instance is: it knows what it has left lying.
  std::erase_if(streams_, [&instances](const auto& entry) {
    return entry.second.segments.empty() &&
           !std::binary_search(instances.begin(), instances.end(), entry.first.first);
  });
  keep_places();
}

void SpoolStreams::scan_instance(const std::string& instance) {
  // Asked before the listing: a dead process adds nothing to what is listed.
  const bool is_dead = is_instance_dead(spool_, instance);
  const std::vector<SegmentPlace> segments = list_segments(spool_, instance);
  for (const SegmentPlace& place : segments) {
    SpoolStream& stream = streams_[{instance, place.name.reactor}];
    stream.is_dead = is_dead;
    if (place.name.number <= stream.last_number) continue;
    stream.segments.push_back(place);
    stream.last_number = place.name.number;
  }
  for (auto it = streams_.lower_bound({instance, 0});
       it != streams_.end() && it->first.first == instance; ++it) {
    SpoolStream& stream = it->second;
    if (stream.segments.empty()) continue;
    stream.is_complete = is_dead || is_segment_closed(path_of(stream));
  }
  if (is_dead && segments.empty()) remove_instance_if_done(spool_, instance);
}

// What could not be kept, as on a full disk, would be counted as waiting until more is released.
void SpoolStreams::keep_places() {
  for (auto& [key, stream] : streams_) {
    if (stream.segments.empty() || stream.saved == stream.released) continue;
    if (cursor_.save(stream.place())) stream.saved = stream.released;
  }
}

std::string SpoolStreams::path_of(const SpoolStream& stream) const {
  return stream.segments.front().path(spool_);
}

std::vector<SpoolStreams::Ready> SpoolStreams::look() {
  ++look_;
  std::vector<Ready> ready;
  auto it = streams_.lower_bound(next_);
  for (std::size_t left = streams_.size(); left > 0; --left, ++it) {
    if (it == streams_.end()) it = streams_.begin();
    if (ready.size() == kOpenStreamsMax) {
      // More have messages than may be open. They take turns, but not at every message.
      if (clock_.mono_us() < turn_at_us_) break;
      turn_at_us_ = clock_.mono_us() + kTurnUs;
      next_ = it->first;
      break;
    }
    const auto head = next_of(it->second);
    if (!head) continue;
    it->second.served = look_;
    ready.push_back({head->at_ms, head->id, &it->second});
  }
  std::stable_sort(ready.begin(), ready.end(),
                   [](const Ready& a, const Ready& b) { return a.at_ms < b.at_ms; });
  return ready;
}

// The stream's next message. Segments that are read to their end are removed on the way.
std::optional<SegmentReader::Head> SpoolStreams::next_of(SpoolStream& stream) {
  while (!stream.segments.empty()) {
    const std::uint64_t number = stream.segments.front().name.number;
    const auto is_left = [&stream, number] {
      return stream.segments.empty() || stream.segments.front().name.number != number;
    };
    if (!open_first(stream)) {
      if (is_left()) continue;  // Gone or set aside.
      return std::nullopt;
    }
    if (stream.reader) {
      const auto head = stream.reader->head_after(stream.released);
      if (!head) {
        on_unreadable(stream, head.error());
        if (is_left()) continue;
        return std::nullopt;
      }
      if (*head) return **head;
      stream.failure.reset();
      // is_complete is older than the look into the segment: nothing can have come between.
      if (!stream.is_complete) return std::nullopt;
    }
    // Complete, and nothing is left in it, or never was.
    close(stream);
    remove_segment(path_of(stream));
    leave_first(stream);
  }
  return std::nullopt;
}

// False: there is nothing to be had of it now.
bool SpoolStreams::open_first(SpoolStream& stream) {
  if (stream.reader) return true;
  if (clock_.mono_us() < stream.retry_at_us) return false;
  const std::string path = path_of(stream);
  if (stream.read_up_to && !stream.is_complete && *stream.read_up_to == trace_of_segment(path)) {
    return false;
  }
  make_room();
  auto opened = open_segment(path, stream.is_dead);
  if (!opened) {
    on_unreadable(stream, opened.error());
    return false;
  }
  if (!*opened) return stream.is_complete;
  if (!stream.is_placed) {
    stream.saved = cursor_.load(stream.place().segment);
    stream.released = stream.claimed = stream.saved;
    stream.is_placed = true;
  }
  stream.read_up_to.reset();
  stream.reader.emplace(std::move(**opened));
  open_.push_back(&stream);
  return true;
}

// Closes the one that had its last message the longest ago, where too many are open.
void SpoolStreams::make_room() {
  if (open_.size() < kOpenStreamsMax) return;
  SpoolStream& stream = **std::min_element(
      open_.begin(), open_.end(),
      [](const SpoolStream* a, const SpoolStream* b) { return a->served < b->served; });
  PENSTOCK_CHECK(stream.served < look_);  // Fewer than may be open had one in this look.
  // Taken before the last look into it: what comes later changes it.
  const SegmentTrace trace = trace_of_segment(path_of(stream));
  const auto head = stream.reader->head_after(stream.released);
  close(stream);
  if (head && !*head) stream.read_up_to = trace;
}

void SpoolStreams::close(SpoolStream& stream) {
  if (!stream.reader) return;
  stream.reader.reset();
  std::erase(open_, &stream);
}

// Goes on with the stream's next segment. Requires that the first is not open.
void SpoolStreams::leave_first(SpoolStream& stream) {
  PENSTOCK_CHECK(!stream.reader);
  cursor_.forget(stream.segments.front().text());
  stream.segments.pop_front();
  stream.released = stream.claimed = stream.saved = 0;
  stream.is_placed = false;
  stream.read_up_to.reset();
  stream.failure.reset();
  stream.retry_at_us = 0;
  // A newer segment of the stream says nothing about whether that one is closed in turn.
  stream.is_complete =
      !stream.segments.empty() && (stream.is_dead || is_segment_closed(path_of(stream)));
  if (stream.segments.empty()) scan_at_us_ = 0;
}

void SpoolStreams::claim(SpoolStream& stream, SegmentReader::Limits& left,
                         std::vector<std::string>& out) {
  const std::size_t before = out.size();
  const auto last = stream.reader->read_after(stream.released, left, out);
  if (last) {
    stream.claimed = *last;
    stream.failure.reset();
    return;
  }
  out.resize(before);
  on_unreadable(stream, last.error());
}

std::vector<SpoolStream*> SpoolStreams::claimed() {
  std::vector<SpoolStream*> found;
  for (auto& [key, stream] : streams_) {
    if (stream.claimed != stream.released) found.push_back(&stream);
  }
  return found;
}

void SpoolStreams::on_unreadable(SpoolStream& stream, const Error& error) {
  const std::string path = path_of(stream);
  const std::int64_t now_us = clock_.mono_us();
  close(stream);
  stream.claimed = stream.released;
  if (is_segment_gone(path)) {
    log_warn("spool.segment_gone", "segment is gone", {{"segment", path}});
    return leave_first(stream);
  }
  const bool is_new = !stream.failure || stream.failure->code != error.code;
  if (!stream.failure) stream.failing_since_us = now_us;
  stream.failure = error;
  stream.retry_at_us = now_us + kRetryUs;
  // While it is written to, it must keep its name: its writer would go on into a file that nobody
  // looks for.
  if (stream.is_complete && is_lost(stream, error)) return set_first_aside(stream, error);
  if (!is_new || error.code == ErrorCode::kOverloaded) return;
  log_error("spool.segment_unreadable", "segment cannot be read, trying again",
            {{"segment", path}, {"error", to_text(error)}});
}

// Whether waiting will not help. The machine may be short of memory, descriptors or room for as
// long as it likes, and a segment of a newer program waits for that.
bool SpoolStreams::is_lost(SpoolStream& stream, const Error& error) {
  const std::int64_t now_us = clock_.mono_us();
  switch (error.code) {
    case ErrorCode::kCorrupt:
      return true;
    case ErrorCode::kExhausted:
    case ErrorCode::kConfiguration:
      if (now_us - stream.failing_since_us < kPatienceMs * 1'000) return false;
      stream.failing_since_us = now_us;  // Not read through at every try.
      return !is_segment_readable(path_of(stream));
    case ErrorCode::kRejected:
    case ErrorCode::kOverloaded:
    case ErrorCode::kDisconnected:
      return false;
  }
  return false;
}

void SpoolStreams::set_first_aside(SpoolStream& stream, const Error& error) {
  const std::string path = path_of(stream);
  if (const auto renamed = set_segment_aside(path); renamed) {
    log_error("spool.segment_damaged", "segment is damaged, set aside",
              {{"segment", path + ".db.bad"}, {"error", to_text(error)}});
  } else {
    log_error("spool.segment_stuck", "segment is damaged and cannot be renamed, left where it is",
              {{"segment", path + ".db"}, {"error", to_text(error)}});
  }
  ++bad_segments_;
  leave_first(stream);
}

}  // namespace penstock::queue
