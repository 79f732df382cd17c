#include "queue/spool_peek.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "queue/spool_cursor.h"
#include "queue/spool_folder.h"
#include "queue/spool_segment.h"

namespace penstock::queue {
namespace {

// Each open segment holds three descriptors.
constexpr std::size_t kStreamsMax = 64;

// The segments of one reactor of one instance, read one after another.
class Stream {
 public:
  void add(SegmentPlace place) { segments_.push_back(std::move(place)); }

  // Finds the next message. False: there is none.
  bool find_head(const std::string& spool, SpoolCursorReader* cursor) {
    while (!segments_.empty()) {
      if (!reader_) open(spool, cursor);
      if (reader_) {
        const auto head = reader_->head_after(done_);
        if (head && *head) {
          head_ = **head;
          return true;
        }
      }
      reader_.reset();
      segments_.pop_front();
    }
    return false;
  }

  std::int64_t at_ms() const { return head_.at_ms; }

  // The message that find_head() found, and steps behind it.
  Result<std::string> take() {
    std::vector<std::string> messages;
    SegmentReader::Limits one{1, 0};
    const auto last = reader_->read_after(done_, one, messages);
    if (!last) return fail(last.error());
    done_ = head_.id;
    return messages.empty() ? std::string() : std::move(messages.front());
  }

 private:
  void open(const std::string& spool, SpoolCursorReader* cursor) {
    const SegmentPlace& place = segments_.front();
    auto opened = SegmentReader::open(place.path(spool));
    if (!opened || !*opened) return;
    reader_.emplace(std::move(**opened));
    done_ = cursor != nullptr ? cursor->load(place.text()) : 0;
  }

  std::deque<SegmentPlace> segments_;
  std::optional<SegmentReader> reader_;
  SegmentReader::Head head_{0, 0};
  std::int64_t done_ = 0;
};

using Streams = std::map<std::pair<std::string, std::uint32_t>, Stream>;

Streams find_streams(const std::string& spool) {
  Streams streams;
  for (const std::string& instance : list_instances(spool)) {
    for (SegmentPlace& place : list_segments(spool, instance)) {
      const std::pair key{instance, place.name.reactor};
      if (streams.size() == kStreamsMax && !streams.contains(key)) continue;
      streams[key].add(std::move(place));
    }
  }
  return streams;
}

}  // namespace

Result<std::vector<WaitingMessage>> peek_spool(const std::string& spool, std::size_t messages_max,
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
    auto message = oldest->second.take();
    if (!message) return fail(message.error());
    bytes += message->size();
    if (!waiting.empty() && bytes > bytes_max) break;
    waiting.push_back({at_ms, std::move(*message)});
    if (!oldest->second.find_head(spool, cursor ? &*cursor : nullptr)) streams.erase(oldest);
  }
  return waiting;
}

}  // namespace penstock::queue
