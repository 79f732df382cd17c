// The groups of errors as people see and change them: console.db's tables. What counts events into
// them is ErrorCounter.
//
// Blocking; one object a thread, several processes at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/errors/error_group.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

inline constexpr std::size_t kNotesMax = 200;  // Of a group.
inline constexpr std::size_t kNoteBytesMax = 4'000;
// Groups that are changed at once.
inline constexpr std::size_t kGroupsChangedMax = 200;
// Groups that one list is made of; of more, those that came last.
inline constexpr std::size_t kGroupsListedMax = 20'000;

// Which groups are meant. All hold.
struct GroupChoice {
  std::string project;              // "" for all.
  std::optional<GroupState> state;  // Nullopt for all.
  std::string search;               // In class, message and place, in both cases of ASCII.
  std::string assignee;             // "" for all, "none" for nobody's, or an e-mail address.
  std::int64_t first_seen_before_ms = 0;
  std::int64_t last_seen_from_ms = 0;
};

// What a list is sorted and cut by.
struct GroupMark {
  std::int64_t id = 0;
  ErrorKey key;
  std::uint64_t count = 0;
  std::int64_t first_seen_ms = 0;
  std::int64_t last_seen_ms = 0;
};

// By state, of one project or all.
struct GroupCounts {
  std::uint64_t of[4] = {};
  std::uint64_t operator[](GroupState state) const { return of[static_cast<int>(state)]; }
  GroupCounts& operator+=(const GroupCounts& more) {
    for (int i = 0; i < 4; ++i) of[i] += more.of[i];
    return *this;
  }
};

struct GroupProgress {
  std::int64_t counted_ms = 0;  // What was stored before then is counted.
  bool is_behind = false;       // There is more.
  std::int64_t revision = 0;    // Another one after each change.
  std::uint64_t refused = 0;  // Events that are in no group, as their project had no room for one.
};

// What is not said stays as it is.
struct GroupChange {
  std::optional<GroupState> state;
  bool in_next_release = false;   // With kResolved.
  std::uint64_t mute_events = 0;  // With kMuted: opens after so many more; 0: whatever they are.
  bool mute_until_grows = false;  // With kMuted.
  std::optional<std::string> assignee;  // An e-mail address, "" for nobody.
};

struct GroupNote {
  std::int64_t id = 0;
  std::int64_t group_id = 0;
  std::string author;  // An e-mail address; who wrote it may be no user any more.
  std::int64_t at_ms = 0;
  std::string text;
};

class ErrorGroups {
 public:
  // Borrows `clock`.
  static Result<std::unique_ptr<ErrorGroups>> open(const std::string& path, const Clock& clock);

  // Those that came last first.
  Result<std::vector<GroupMark>> list(const GroupChoice& choice);
  Result<std::optional<ErrorGroup>> find(std::int64_t id);
  Result<GroupCounts> counts(const std::string& project);
  Result<GroupProgress> progress(const std::string& project);

  // Changes all of them that are there, or none; returns those that were changed, as they are now.
  // kRejected, with what is wrong: no such user, or no release is known that another could follow.
  // Requires kGroupsChangedMax ids at most.
  Result<std::vector<ErrorGroup>> change(std::span<const std::int64_t> ids,
                                         const GroupChange& change, std::string_view by);

  // The oldest first.
  Result<std::vector<GroupNote>> notes(std::int64_t group_id);
  // Nullopt: there is no such group. kRejected: it has too many, or the text is none.
  Result<std::optional<GroupNote>> add_note(std::int64_t group_id, std::string_view author,
                                            std::string_view text);
  Result<std::optional<GroupNote>> find_note(std::int64_t id);
  Result<bool> remove_note(std::int64_t id);

 private:
  ErrorGroups(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}
  Result<void> apply(ErrorGroup& group, const GroupChange& change, std::string_view by);
  // Of its project, of those that can be compared with its own; "" where none is known.
  Result<std::string> newest_release(const ErrorGroup& group);

  sqlite::Database database_;
  const Clock& clock_;
};

}  // namespace penstock::console
