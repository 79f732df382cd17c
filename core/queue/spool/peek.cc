#include "queue/spool/peek.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "queue/spool/cursor.h"
#include "queue/spool/folder.h"
#include "queue/spool/segment.h"

namespace penstock::queue {
namespace {

// Each open segment holds three descriptors; of more streams than this, segments are opened again
// for each message.
constexpr std::size_t kOpenStreamsMax = 64;

// The segments of one reactor of one instance, read one after another.
class Stream {
 public:
  explicit Stream(bool stays_open) : stays_open_(stays_open) {}

  void add(SegmentPlace place) { segments_.push_back(std::move(place)); }

  // Finds the next message. False: there is none.
  bool find_head(const std::string& spool, SpoolCursorReader* cursor) {
    for (; !segments_.empty(); next_segment()) {
      if (!done_) done_ = cursor != nullptr ? cursor->load(segments_.front().text()) : 0;
      if (!open(spool)) continue;
      const auto head = reader_->head_after(*done_);
      if (!stays_open_) reader_.reset();
      if (!head || !*head) continue;
      head_ = **head;
      return true;
    }
    return false;
  }

  std::int64_t at_ms() const { return head_.at_ms; }

  // The message that find_head() found, and steps behind it. Nullopt: its segment has gone, or is
  // damaged there.
  std::optional<std::string> take(const std::string& spool) {
    std::vector<std::string> messages;
    SegmentReader::Limits one{1, 0};
    if (!open(spool) || !reader_->read_after(*done_, one, messages) || messages.empty()) {
      next_segment();
      return std::nullopt;
    }
    done_ = head_.id;
    return std::move(messages.front());
  }

 private:
  bool open(const std::string& spool) {
    if (reader_) return true;
    auto opened = SegmentReader::open(segments_.front().path(spool));
    if (!opened || !*opened) return false;
    reader_.emplace(std::move(**opened));
    return true;
  }

  void next_segment() {
    reader_.reset();
    segments_.pop_front();
    done_.reset();
  }

  const bool stays_open_;
  std::deque<SegmentPlace> segments_;
  std::optional<SegmentReader> reader_;
  SegmentReader::Head head_{0, 0};
  std::optional<std::int64_t> done_;  // Of the first segment; unknown until it is asked for.
};

using Streams = std::map<std::pair<std::string, std::uint32_t>, Stream>;

Streams find_streams(const std::string& spool) {
  Streams streams;
  for (const std::string& instance : list_instances(spool)) {
    for (SegmentPlace& place : list_segments(spool, instance)) {
      const std::pair key{instance, place.name.reactor};
      const bool stays_open = streams.size() < kOpenStreamsMax;
      streams.try_emplace(key, stays_open).first->second.add(std::move(place));
    }
  }
  return streams;
}

}  // namespace

std::vector<WaitingMessage> peek_spool(const std::string& spool, std::size_t messages_max,
                                       std::size_t bytes_max) {
  auto cursor = SpoolCursorReader::open(spool);
  Streams streams = find_streams(spool);
  for (auto it = streams.begin(); it != streams.end();) {
    const bool has_head = it->second.find_head(spool, cursor ? &*cursor : nullptr);
    it = has_head ? std::next(it) : streams.erase(it);
  }

  std::vector<WaitingMessage> waiting;
  std::size_t bytes = 0;
  while (waiting.size() < messages_max && !streams.empty()) {
    const auto oldest = std::min_element(
        streams.begin(), streams.end(),
        [](const auto& a, const auto& b) { return a.second.at_ms() < b.second.at_ms(); });
    const std::int64_t at_ms = oldest->second.at_ms();
    auto message = oldest->second.take(spool);
    if (message) {
      bytes += message->size();
      if (!waiting.empty() && bytes > bytes_max) break;
      waiting.push_back({at_ms, std::move(*message)});
    }
    if (!oldest->second.find_head(spool, cursor ? &*cursor : nullptr)) streams.erase(oldest);
  }
  return waiting;
}

}  // namespace penstock::queue
