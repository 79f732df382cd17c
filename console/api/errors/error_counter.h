// Counts stored events into groups, in console.db. How far the store has been counted is kept there
// too, and changes in the transaction that has the counts: whenever this process dies, the next one
// goes on behind the last event that was counted.
//
// Blocking; one object a thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "base/error.h"
#include "console/api/errors/error_event.h"
#include "console/api/errors/error_group.h"
#include "sqlite/sqlite.h"

namespace penstock::console {

// Releases of a project of which is known when they came first; of more, the oldest are forgotten.
inline constexpr std::int64_t kReleasesMax = 500;

class ErrorCounter {
 public:
  static Result<std::unique_ptr<ErrorCounter>> open(const std::string& path);

  // Of Queries::follow(): what is behind it is not counted yet. "0" in a new file.
  Result<std::string> position();

  struct Counted {
    std::uint64_t reopened = 0;
    std::uint64_t refused = 0;  // For which their project had no room.
  };
  // All of `errors`, in order of storing, which lie behind `from`, and that the store is counted up
  // to `to`; `is_behind`: there is more behind that. Or nothing of it: kOverloaded where `from` is
  // not the position any more, because another process has counted.
  Result<Counted> count(std::span<const ErrorEvent> errors, const std::string& from,
                        const std::string& to, bool is_behind);

 private:
  struct Open {
    ErrorGroup group;
    bool is_new = false;
  };
  using Groups = std::map<ErrorKey, Open>;

  explicit ErrorCounter(sqlite::Database database) : database_(std::move(database)) {}
  Result<void> move_on(const std::string& from, const std::string& to, bool is_behind);
  Result<void> add(const ErrorEvent& error, Groups& groups, Counted& counted);
  Result<bool> make_room(const std::string& project, std::int64_t now_ms, const Groups& groups);
  Result<void> refuse(const std::string& project);
  // Remembers the event's release, and whether it is newer than the group's resolved_release.
  Result<bool> take_release(const ErrorEvent& error, const ErrorGroup* group);
  Result<std::int64_t> release_since(const ErrorEvent& error);
  Result<std::int64_t> count_groups(const std::string& project);

  sqlite::Database database_;
  // Of one count().
  std::map<std::string, std::int64_t> group_counts_;  // By project.
  std::set<std::string> full_;                        // Projects that can forget nothing.
  std::map<std::pair<std::string, std::string>, std::int64_t> releases_;
};

}  // namespace penstock::console
