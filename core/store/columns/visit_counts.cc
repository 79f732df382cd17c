#include "store/columns/visit_counts.h"

#include <algorithm>
#include <bitset>
#include <utility>

namespace penstock::store {
namespace {

constexpr std::int64_t kSecondMs = 1'000;

// Edges whose places in a table are on their way from memory at once.
constexpr std::size_t kPrefetched = 16;

constexpr const char* kMissing = "find a part of a visit";

// Keys, which are hashes already, of which it says no more than that one may be among them.
class KeyBits {
 public:
  void add(std::uint64_t key) { bits_.set(key % kBits); }
  bool may_have(std::uint64_t key) const { return bits_.test(key % kBits); }

 private:
  static constexpr std::size_t kBits = std::size_t{1} << 15;

  std::bitset<kBits> bits_;
};

}  // namespace

void VisitCounts::begin_day(std::int64_t day_ms, const VisitParts& parts) {
  day_s_ = day_ms / kSecondMs;
  parts_ = &parts;
  if (seen_.size() <= parts.size()) seen_.resize(parts.size() + 1);
  if (numbers_.size() <= parts.size()) numbers_.resize(parts.size() + 1);
}

Result<void> VisitCounts::add(std::span<const VisitPlace> places,
                              std::span<const std::uint16_t> positions, std::size_t step) {
  const auto step_here = static_cast<std::uint32_t>(step);
  std::uint64_t alone = 0;
  for (const std::uint16_t position : positions) {
    const VisitPlace place = places[position];
    const std::uint32_t number = part_number(place);
    if (number == 0) {
      ++alone;
      continue;
    }
    if (number > parts_->size()) return fail(ErrorCode::kCorrupt, kMissing);
    Seen& seen = seen_[number];
    // Written always and counted only once: no branch to be guessed.
    numbers_[seen_count_] = number;
    seen_count_ += seen.step == Seen::kNothing ? 1 : 0;
    seen.step = std::min(seen.step, step_here);
    seen.flags |= place & kAlone;
  }
  sums_.visits[step] += alone;
  sums_.bounces[step] += alone;
  entries_ += alone;
  exits_ += alone;
  return {};
}

void VisitCounts::end_day() {
  find_wanted();
  for (const auto& edge : parts_->edges) add_edge(edge.number - 1, edge.key);
  for (const std::uint32_t number : std::span(numbers_).first(seen_count_)) {
    const Seen seen = std::exchange(seen_[number], {});
    const std::size_t index = number - 1;
    if (parts_->has_edge(index)) continue;
    count(seen.step, parts_->length_s[index], parts_->events[index] == 1);
    entries_ += (seen.flags & kFirstOfPart) != 0 ? 1 : 0;
    exits_ += (seen.flags & kLastOfPart) != 0 ? 1 : 0;
  }
  seen_count_ = 0;
  count_ended();
  std::swap(open_, next_);
  next_.clear();
}

// Nothing is counted of a visit without a row that was added, and most are. What may have gone on
// from the day before is looked for only where a row was added to it there or here, or where it may
// go on to a day where one is.
void VisitCounts::find_wanted() {
  KeyBits added;
  for (const Open& visit : open_) {
    if (visit.step != Seen::kNothing) added.add(visit.key);
  }
  KeyBits wanted;
  for (const auto [number, key] : parts_->edges) {
    const std::size_t index = number - 1;
    if (!parts_->is_early(index)) continue;
    if (has_seen(index) || parts_->is_late(index) || added.may_have(key)) wanted.add(key);
  }
  wanted_.clear();
  for (std::uint32_t place = 0; place < open_.size(); ++place) {
    if (wanted.may_have(open_[place].key)) wanted_[open_[place].key] = place;
  }
}

void VisitCounts::count_ended() {
  for (const Open& visit : open_) {
    if (!visit.has_gone_on) count(visit);
  }
}

void VisitCounts::add_edge(std::size_t index, std::uint64_t key) {
  const Seen& seen = seen_[index + 1];
  const std::int64_t start_s = day_s_ + parts_->start_s[index];
  Open visit{key, start_s, start_s, 0, Seen::kNothing, false, false};
  const std::uint32_t* const place = parts_->is_early(index) ? wanted_.find(key) : nullptr;
  Open* const before = place != nullptr ? &open_[*place] : nullptr;
  const bool is_joined =
      before != nullptr && !before->has_gone_on && start_s - before->end_s <= kVisitGapS;
  if (is_joined) {
    visit = *before;
    before->has_gone_on = true;
  } else if ((seen.flags & kFirstOfPart) != 0) {
    ++entries_;
  }
  visit.end_s = start_s + parts_->length_s[index];
  visit.events += parts_->events[index];
  visit.is_exit_seen = (seen.flags & kLastOfPart) != 0;
  visit.step = std::min(visit.step, seen.step);
  if (parts_->is_late(index)) {
    next_.push_back(visit);
  } else {
    count(visit);
  }
}

void VisitCounts::count(const Open& visit) {
  exits_ += visit.is_exit_seen ? 1 : 0;
  if (visit.step == Seen::kNothing) return;
  count(visit.step, static_cast<std::uint64_t>(visit.end_s - visit.start_s), visit.events == 1);
}

void VisitCounts::count(std::uint32_t step, std::uint64_t length_s, bool is_bounce) {
  ++sums_.visits[step];
  sums_.bounces[step] += is_bounce ? 1 : 0;
  sums_.seconds[step] += length_s;
}

void VisitCounts::finish() {
  count_ended();
  open_.clear();
}

void VisitEnds::begin_day(std::int64_t day_ms, const VisitParts& parts) {
  const std::int64_t day_s = day_ms / kSecondMs;
  const bool is_entry = end_ == VisitEnd::kEntry;
  is_joined_.assign(parts.size() + 1, 0);
  next_edges_s_.clear();
  for (std::size_t i = 0; i < parts.edges.size(); ++i) {
    if (i + kPrefetched < parts.edges.size()) {
      edges_s_.prefetch(parts.edges[i + kPrefetched].key);
      next_edges_s_.prefetch(parts.edges[i + kPrefetched].key);
    }
    const auto [number, key] = parts.edges[i];
    const std::size_t index = number - 1;
    const std::int64_t start_s = day_s + parts.start_s[index];
    const std::int64_t end_s = day_s + parts.end_s(index);
    const bool is_early = parts.is_early(index);
    const bool is_late = parts.is_late(index);
    // Towards the day that was shown before, and towards the next one to be shown.
    if (is_entry ? is_early : is_late) {
      const std::int64_t* const before = edges_s_.find(key);
      if (before != nullptr) {
        const std::int64_t gap_s = is_entry ? start_s - *before : *before - end_s;
        is_joined_[number] = gap_s <= kVisitGapS ? 1 : 0;
      }
    }
    if (is_entry ? is_late : is_early) next_edges_s_[key] = is_entry ? end_s : start_s;
  }
  std::swap(edges_s_, next_edges_s_);
}

Result<std::span<const std::uint16_t>> VisitEnds::choose(std::span<const VisitPlace> places,
                                                         std::span<const std::uint16_t> positions) {
  const VisitPlace wanted = end_ == VisitEnd::kEntry ? kFirstOfPart : kLastOfPart;
  chosen_.resize(positions.size());
  const VisitPlace* const all = places.data();
  const std::uint8_t* const is_joined = is_joined_.data();
  std::size_t count = 0;
  // Written always and counted only where it is chosen: no branch to be guessed.
  for (const std::uint16_t position : positions) {
    const VisitPlace place = all[position];
    const std::uint32_t number = part_number(place);
    if (number >= is_joined_.size()) [[unlikely]]
      return fail(ErrorCode::kCorrupt, kMissing);
    chosen_[count] = position;
    count += (place & wanted) != 0 && is_joined[number] == 0 ? 1 : 0;
  }
  return std::span<const std::uint16_t>(chosen_).first(count);
}

}  // namespace penstock::store
