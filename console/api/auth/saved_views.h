// Saved views: what somebody looks at often, under a name. Private ones are their owner's alone;
// shared ones are everybody's to see and outlive their owner.
//
// Blocking; one object a thread, several processes at once. Who may change what is the caller's to
// ask: may_change().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/auth/user.h"

namespace penstock::console {

inline constexpr std::size_t kViewsMax = 200;  // Of a user.
inline constexpr std::size_t kViewNameBytesMax = 80;
inline constexpr std::size_t kViewQueryBytesMax = 4 << 10;

struct SavedView {
  std::int64_t id = 0;
  std::optional<std::int64_t> owner_id;  // Nullopt: he is no user any more.
  std::string owner;                     // His e-mail address, or "".
  std::string name;
  std::string page;   // "/events".
  std::string query;  // What stands behind the question mark, percent-encoded.
  bool is_shared = false;
  std::int64_t created_at_ms = 0;
  std::int64_t changed_at_ms = 0;
};

// Nullptr for a view that may be kept; else a sentence for who wants it. Name, page (one of the
// data pages) and query (characters of a URL's query alone).
const char* view_fault(const SavedView& view);

// That its query names; "" for all. Whose rights are of some projects shares views of those alone,
// and sees no others of them.
std::string project_of(const SavedView& view);
bool may_see(const SavedView& view, const User& user);
bool may_share(const SavedView& view, const User& user);
bool may_change(const SavedView& view, const User& user);

class SavedViews {
 public:
  static Result<std::unique_ptr<SavedViews>> open(const std::string& path, const Clock& clock);
  virtual ~SavedViews() = default;

  // The user's own and all shared ones, by name.
  virtual Result<std::vector<SavedView>> list(std::int64_t user_id) = 0;
  virtual Result<std::optional<SavedView>> find(std::int64_t id) = 0;
  // Of view.owner_id; gives it id and times. kRejected: the user has kViewsMax.
  virtual Result<SavedView> add(SavedView view) = 0;
  // Name, page, query, sharing and owner. Nullopt: there is none of this id.
  virtual Result<std::optional<SavedView>> change(SavedView view) = 0;
  // False: there is none.
  virtual Result<bool> remove(std::int64_t id) = 0;
};

}  // namespace penstock::console
