// Counts visits over days: those with at least one of the rows that are added, whole, whatever
// else of them a filter or a range leaves out.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/columns/visits.h"

namespace penstock::store {

// One visit that counts.
struct CountedVisit {
  std::int64_t first_s;    // Of its first row that was added, Unix seconds.
  std::uint64_t length_s;  // From its first event to its last one.
  bool is_bounce;          // It is one event.
};

// Days ascend; a missing one ends the visits of the one before. The day before the first one and
// the one behind the last are shown too, without rows: what of a visit lies there counts.
class VisitCounts {
 public:
  using Count = std::function<void(const CountedVisit& visit)>;

  explicit VisitCounts(Count count) : count_(std::move(count)) {}

  // `parts` are lent until end_day().
  void begin_day(std::int64_t day_ms, const VisitParts& parts);
  // Rows of a chunk, by position. `times` may be empty: all are then taken for the day's first
  // second. kCorrupt for a part that the day does not have.
  Result<void> add(std::span<const VisitPlace> places, std::span<const std::uint16_t> positions,
                   std::span<const std::int64_t> times);
  void end_day();
  void finish();

  // Added rows that begin a visit, and those that end one. After finish().
  std::uint64_t entries() const { return entries_; }
  std::uint64_t exits() const { return exits_; }

 private:
  // What was added of a part.
  struct Seen {
    static constexpr std::uint32_t kNothing = UINT32_MAX;

    std::uint32_t first_s = kNothing;  // Of the day.
    VisitPlace flags = 0;
  };
  // A visit that may go on in the next day.
  struct Open {
    std::int64_t start_s;
    std::int64_t end_s;
    std::uint64_t events;
    std::int64_t first_s;  // kNotSeen where nothing was added.
    bool is_exit_seen;
  };
  static constexpr std::int64_t kNotSeen = INT64_MAX;

  void add_edge(std::size_t index, std::uint64_t key);
  void count(const Open& visit);

  const Count count_;
  std::int64_t day_s_ = 0;
  const VisitParts* parts_ = nullptr;
  std::vector<Seen> seen_;
  std::unordered_map<std::uint64_t, Open> open_;  // By key: of the day before,
  std::unordered_map<std::uint64_t, Open> next_;  // and of this one.
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
  std::vector<bool> is_joined_;  // By number: the visit goes on beyond the day.
  // By key: where parts of the day that was shown before stand at midnight.
  std::unordered_map<std::uint64_t, std::int64_t> edges_s_;
  std::vector<std::uint16_t> chosen_;
};

}  // namespace penstock::store
