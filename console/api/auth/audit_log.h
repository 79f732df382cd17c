// Who did what, and when: rows of console.db that are added and never changed, which SQLite itself
// sees to (console_db.cc). Whoever writes to the file past that is seen: each entry has a digest of
// itself and of the digest before it, so that one that was changed, put in or taken out breaks the
// chain where it was. The newest ones may be cut off without a trace: send them elsewhere for that.
//
// Blocking; one object a thread, several processes at once. What strangers send at the sign-in can
// not fill the disk: refused tries are at most two rows a minute.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace penstock::console {

struct AuditEntry {
  std::int64_t id = 0;     // Rises from entry to entry; the log's to give.
  std::int64_t at_ms = 0;  // Likewise.
  std::string actor;       // "ada@example.org", "token NAME (ada@example.org)", "" for a stranger.
  std::string act;         // A dotted word: "user.add".
  std::string subject;     // What it was done to: an e-mail address, an id.
  std::string detail;      // More for people: "editor to admin".
  // Whether it is as it was written, behind the one that was before it. Nullopt for an entry of a
  // version that wrote no chain, and for one to be added.
  std::optional<bool> is_intact = std::nullopt;
};

struct AuditPage {
  std::vector<AuditEntry> entries;  // Newest first.
  std::string next;                 // "" on the last page.
};

// Longer texts are cut: what they say is in the first bytes.
inline constexpr std::size_t kAuditTextBytesMax = 300;

class AuditLog {
 public:
  static Result<std::unique_ptr<AuditLog>> open(const std::string& path, const Clock& clock);
  virtual ~AuditLog() = default;

  virtual Result<void> add(const AuditEntry& entry) = 0;

  // A sign-in that was refused. The first of a minute is an entry; those after it are counted, and
  // their number is another one once the minute is over and something asks.
  virtual Result<void> add_refused(std::string_view email, std::string_view client) = 0;

  // `cursor` is the page's before, or "". kRejected where it is none.
  virtual Result<AuditPage> page(std::uint32_t limit, std::string_view cursor) = 0;
};

}  // namespace penstock::console
