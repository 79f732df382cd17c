// What groups of errors had in a range and under a filter: the store is asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "console/api/errors/error_groups.h"
#include "console/api/request/call.h"
#include "store/contract/queries.h"

namespace penstock::console {

// The conditions that leave the events of a group; its project is no condition.
std::vector<store::Condition> conditions_of(const ErrorKey& key);
// The same as clients write them (condition_text.h).
std::vector<std::string> condition_texts_of(const ErrorKey& key);
// Of those that `filter` leaves.
store::Filter filter_of(const ErrorKey& key, store::Filter filter);

// How many events each group had. Groups without a fingerprint are not told apart here.
class RangeCounts {
 public:
  // Projects that are asked about one by one; what those beyond had is not known.
  static constexpr std::size_t kProjectsMax = 20;

  // kOverloaded where there was no time: what is known by then stays.
  Result<void> ask(store::Queries& queries, const store::Range& range, const store::Filter& filter,
                   const std::vector<GroupMark>& marks);

  // Nullopt: not known.
  std::optional<std::uint64_t> of(const ErrorKey& key) const;
  // Whether the group may have had an event.
  bool may_have(const ErrorKey& key) const { return of(key).value_or(1) > 0; }
  bool is_partial() const { return is_partial_; }

 private:
  struct Project {
    bool is_known = false;
    bool has_unnamed = false;  // Events without a fingerprint.
    bool has_other = false;    // Events that were not told apart.
  };
  std::map<std::string, Project> projects_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> events_;  // Project, fingerprint.
  bool is_partial_ = false;
};

// How many users each group had: those with the most events are asked about together, and a bounded
// number of those without a fingerprint one by one.
class RangeUsers {
 public:
  static constexpr std::size_t kGroupsMax = 1'000;
  static constexpr std::size_t kUnnamedMax = 100;

  // Of groups that may have had an event by `counts`. kOverloaded as RangeCounts::ask().
  Result<void> ask(store::Queries& queries, const store::Range& range, const store::Filter& filter,
                   const std::vector<GroupMark>& marks, const RangeCounts& counts);

  // By the group's place in `marks`. Nullopt: not known.
  std::optional<std::uint64_t> of(std::size_t mark) const;
  bool is_partial() const { return is_partial_; }

 private:
  std::map<std::size_t, std::uint64_t> users_;
  bool is_partial_ = false;
};

// A group's course through the range.
struct GroupTrend {
  std::vector<std::int64_t> at_s;
  std::vector<std::uint64_t> events;
  std::vector<std::uint64_t> users;  // Estimated, as the next one.
  std::uint64_t all_events = 0;
  std::uint64_t all_users = 0;
};

// The courses of groups, in the least of some usual steps that gives no more than `points_max`
// points, give or take one.
class RangeTrends {
 public:
  // kOverloaded as RangeCounts::ask().
  Result<void> ask(store::Queries& queries, const store::Range& range, const store::Filter& filter,
                   const std::vector<ErrorKey>& keys, std::int64_t points_max);

  // By the group's place in `keys`. Nullopt: not known.
  const std::optional<GroupTrend>& of(std::size_t place) const { return trends_[place]; }

 private:
  std::vector<std::optional<GroupTrend>> trends_;
};

}  // namespace penstock::console
