// Visits: a visitor's events in one project, with no gap of more than kVisitGapS between two that
// follow each other. They do not end at midnight.
//
// They are worked out of one day's rows at a time. What of a visit lies in a day is a part of it;
// parts near midnight are joined with the next day's when a question is asked (visit_counts.h). So
// what is known of a day depends on its own rows alone. Times are whole seconds of the day.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "store/columns/scan.h"

namespace penstock::store {

// As Google Analytics 4, Plausible and Matomo have it.
inline constexpr std::int64_t kVisitGapS = 1'800;

// Where a row stands: the number of its part and whether it is its first and its last one. A part
// that is one row and that no other day can have more of has no number, but 0.
using VisitPlace = std::uint32_t;
inline constexpr VisitPlace kFirstOfPart = 1;
inline constexpr VisitPlace kLastOfPart = 2;
inline constexpr VisitPlace kAlone = kFirstOfPart | kLastOfPart;
inline constexpr std::uint32_t kPartsMax = (std::uint32_t{1} << 30) - 1;
constexpr std::uint32_t part_number(VisitPlace place) { return place >> 2; }

// The parts of a day that have numbers, 1 and up. By number - 1:
struct VisitParts {
  struct Edge {
    std::uint32_t number;
    std::uint64_t key;  // Of the visitor in the project.

    bool operator==(const Edge&) const = default;
  };

  std::vector<std::uint32_t> start_s;
  std::vector<std::uint32_t> length_s;  // From the first event to the last one.
  std::vector<std::uint32_t> events;
  // Those that may go on in the day before or in the next one, by number: has_edge().
  std::vector<Edge> edges;

  std::size_t size() const { return start_s.size(); }
  std::uint32_t end_s(std::size_t index) const { return start_s[index] + length_s[index]; }
  // Near the day's beginning, or near its end.
  bool is_early(std::size_t index) const;
  bool is_late(std::size_t index) const;
  bool has_edge(std::size_t index) const { return is_early(index) || is_late(index); }

  bool operator==(const VisitParts&) const = default;
};

// Works out the visits of a day whose rows have ordinals from 0. It is shown all rows once a pass,
// so that its memory is bounded: 16 bytes a row of a pass, and the places.
//
//   do {
//     for each row: builder.add(…);
//   } while (builder.end_pass());
class VisitBuilder {
 public:
  // A pass has about so many rows.
  static constexpr std::size_t kRowsAPass = 2'000'000;

  // `rows`: more than all ordinals.
  VisitBuilder(std::int64_t day_ms, std::size_t rows, std::size_t rows_a_pass = kRowsAPass);

  // `key`: visit_key(). A time outside of the day counts as the day's nearest.
  void add(std::uint32_t ordinal, std::uint64_t key, std::int64_t at_ms) {
    if (passes_ == 1 || pass_of(key) == pass_) keep(ordinal, key, at_ms);
  }
  // Whether there is another pass.
  bool end_pass();

  // Once no pass is left: numbers ascend by the parts' first events.
  std::vector<VisitPlace>& places() { return places_; }  // By ordinal.
  VisitParts& parts() { return parts_; }

 private:
  struct Event {
    std::uint64_t key;
    std::uint64_t at;  // Milliseconds of the day, then the ordinal.
  };

  std::size_t pass_of(std::uint64_t key) const;
  void keep(std::uint32_t ordinal, std::uint64_t key, std::int64_t at_ms);
  void add_part(std::span<const Event> events);
  void number_by_start();

  const std::int64_t day_ms_;
  const std::size_t passes_;
  std::size_t pass_ = 0;
  std::vector<Event> events_;  // Of the pass.
  std::vector<VisitPlace> places_;
  VisitParts parts_;
};

// The same visitor in two projects makes two visits.
std::uint64_t visit_key(std::uint64_t visitor, std::uint64_t project_hash);

// Shows rows to a builder, chunk by chunk of parts that share dictionaries.
class VisitRows {
 public:
  // Before the first chunk of each part: its projects have codes of their own.
  void begin_part() { project_hashes_.clear(); }
  // `first_ordinal` is that of the chunk's first row, whether the scan has left it or not.
  Result<void> add(Columns& columns, ChunkRows& rows, std::uint32_t first_ordinal,
                   VisitBuilder& builder);

 private:
  Result<void> read_projects(Columns& columns, std::span<const std::uint32_t> codes,
                             std::span<const std::uint16_t> positions);

  std::vector<std::uint64_t> project_hashes_;  // By code; 0 for what was not read yet.
};

}  // namespace penstock::store
