// Counts visits over days: those with at least one of the rows that are added, whole, whatever
// else of them a filter or a range leaves out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "store/columns/key_table.h"
#include "store/columns/visits.h"

namespace penstock::store {

// Each visit in the step of its first row that was added.
struct VisitSums {
  explicit VisitSums(std::size_t steps) : visits(steps), bounces(steps), seconds(steps) {}

  std::vector<std::uint64_t> visits;
  std::vector<std::uint64_t> bounces;  // Of one event.
  std::vector<std::uint64_t> seconds;  // From the first event to the last one.
};

// Days ascend; a missing one ends the visits of the one before. The day before the first one and
// the one behind the last are shown too, without rows: what of a visit lies there counts.
class VisitCounts {
 public:
  explicit VisitCounts(std::size_t steps) : sums_(steps) {}

  // `parts` are lent until end_day().
  void begin_day(std::int64_t day_ms, const VisitParts& parts);
  // Rows of a chunk that are of one step, by position. kCorrupt for a part that the day does not
  // have.
  Result<void> add(std::span<const VisitPlace> places, std::span<const std::uint16_t> positions,
                   std::size_t step);
  void end_day();
  void finish();

  // After finish().
  const VisitSums& sums() const { return sums_; }
  // Added rows that begin a visit, and those that end one.
  std::uint64_t entries() const { return entries_; }
  std::uint64_t exits() const { return exits_; }

 private:
  // What was added of a part.
  struct Seen {
    static constexpr std::uint32_t kNothing = UINT32_MAX;

    std::uint32_t step = kNothing;  // The first one.
    VisitPlace flags = 0;
  };
  // A visit that may go on in the next day.
  struct Open {
    std::uint64_t key;
    std::int64_t start_s;
    std::int64_t end_s;
    std::uint64_t events;
    std::uint32_t step;  // Seen::kNothing where nothing was added.
    bool is_exit_seen;
    bool has_gone_on;  // In the day that is shown just now.
  };

  bool has_seen(std::size_t index) const { return seen_[index + 1].step != Seen::kNothing; }
  void find_wanted();
  void add_edge(std::size_t index, std::uint64_t key);
  void count_ended();
  void count(const Open& visit);
  void count(std::uint32_t step, std::uint64_t length_s, bool is_bounce);

  VisitSums sums_;
  std::int64_t day_s_ = 0;
  const VisitParts* parts_ = nullptr;
  std::vector<Seen> seen_;              // By number; nothing of those that are not in numbers_.
  std::vector<std::uint32_t> numbers_;  // Of the day: the first seen_count_ of them.
  std::size_t seen_count_ = 0;
  std::vector<Open> open_;  // Of the day before,
  std::vector<Open> next_;  // and of this one.
  // Places in open_ by key: of those that matter.
  KeyTable<std::uint32_t> wanted_;
  std::uint64_t entries_ = 0;
  std::uint64_t exits_ = 0;
};

// Of rows, which begin a visit or end one.
class VisitEnds {
 public:
  explicit VisitEnds(VisitEnd end) : end_(end) {}

  // For entries days ascend, and the day before the first one is shown too; for exits they
  // descend, and the day behind the last one is.
  void begin_day(std::int64_t day_ms, const VisitParts& parts);
  // Those of `positions`, lent until the next call. kCorrupt as above.
  Result<std::span<const std::uint16_t>> choose(std::span<const VisitPlace> places,
                                                std::span<const std::uint16_t> positions);

 private:
  const VisitEnd end_;
  std::vector<std::uint8_t> is_joined_;  // By number, 0 or 1: the visit goes on beyond the day.
  // By key: where parts of the day that was shown before stand at midnight.
  KeyTable<std::int64_t> edges_s_;
  KeyTable<std::int64_t> next_edges_s_;
  std::vector<std::uint16_t> chosen_;
};

}  // namespace penstock::store
