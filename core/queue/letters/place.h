// One place in which dead letters lie; DeadLetterBox makes one list of several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::queue {

struct StoredLetter {
  // Letters and digits, the same for as long as the letter lies where it is. Of two letters that
  // are equal to the byte both have it, and an action is for one of them.
  std::string id;
  std::string_view place;  // "file", "redis" or "sidekiq". Static.
  std::int64_t at_ms = 0;  // 0: unknown.
  std::string reason;
  std::string origin;
  std::string message;      // kReadablePadding capacity behind it.
  bool is_foreign = false;  // A job of another program's queue, in Sidekiq's set.
};

// Whether a letter is meant; lent for the call.
using IsMeant = FunctionRef<bool(const StoredLetter& letter)>;

// Where a reader of a place stands: it has seen all letters that are newer. 0: none are left.
using LetterPosition = std::int64_t;
inline constexpr LetterPosition kNewestLetter = std::numeric_limits<LetterPosition>::max();

struct LetterLimits {
  std::size_t letters_max;
  std::size_t bytes_max;  // One letter is read whatever its size.
};

struct PlacePage {
  struct Entry {
    StoredLetter letter;
    LetterPosition next;  // Behind this letter.
  };
  std::vector<Entry> entries;  // Newest first.
  bool has_more = false;
};

// As DeadLetterBox, for ids that begin with prefix().
class LetterPlace {
 public:
  virtual ~LetterPlace() = default;
  virtual char prefix() const = 0;
  virtual Result<std::uint64_t> count() = 0;
  virtual Result<PlacePage> read(LetterPosition position, LetterLimits limits) = 0;
  virtual Result<std::optional<StoredLetter>> find(std::string_view id) = 0;
  virtual Result<bool> retry(std::string_view id) = 0;
  virtual Result<bool> retry_as(std::string_view id, std::string_view message) = 0;
  virtual Result<bool> remove(std::string_view id) = 0;
  virtual Result<std::uint64_t> retry_those(IsMeant is_meant) = 0;
  virtual Result<std::uint64_t> remove_those(IsMeant is_meant) = 0;
  virtual Result<std::uint64_t> retry_all() = 0;
  virtual Result<std::uint64_t> purge() = 0;
};

}  // namespace penstock::queue
