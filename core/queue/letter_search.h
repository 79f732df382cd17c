// Looks through all dead letters: which there are of one reason or with a word in them, and how
// many of each reason.
//
// Whoever asks for all that match and whoever counts them use the same question, so that a person
// is told of the letters that an act will take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "queue/dead_letter_box.h"

namespace penstock::queue {

// Which letters; all of its members hold.
struct LetterQuestion {
  std::string reason;         // As plain_reason() gives it; "": any.
  std::string search;         // In reason, origin or message, whatever ASCII case; "": any.
  std::int64_t since_ms = 0;  // Set aside then or later; 0: at any time.

  bool is_any() const { return reason.empty() && search.empty() && since_ms == 0; }
  bool matches(const StoredLetter& letter) const;
};

// How far one look goes. Places hold 10,000 letters each, and letters may be large.
inline constexpr std::size_t kLettersLookedAtMax = 30'000;
inline constexpr std::size_t kLetterBytesLookedAtMax = 256 << 20;

struct LetterCount {
  std::uint64_t all = 0;
  std::uint64_t foreign = 0;  // Of them, jobs of other programs, which no act on all takes.
  bool is_complete = true;    // False: there are more than one look goes through.

  std::uint64_t ours() const { return all - foreign; }
};

struct ReasonGroup {
  std::string reason;  // Plain.
  std::string detail;  // The newest's own text.
  LetterCount count;
  std::int64_t newest_ms = 0;  // 0: unknown, as the next.
  std::int64_t oldest_ms = 0;
};

struct ReasonGroups {
  std::vector<ReasonGroup> groups;  // Largest first.
  LetterCount count;                // Of all.
};

// Their ids, without foreign ones; an id comes twice where two letters are equal to the byte.
Result<std::vector<std::string>> letter_ids(DeadLetterBox& box, const LetterQuestion& question);

Result<LetterCount> count_letters(DeadLetterBox& box, const LetterQuestion& question);
Result<ReasonGroups> group_letters(DeadLetterBox& box);

// As DeadLetterBox::list(), of those that match. A page may hold fewer than `limit` with more to
// come, where few match.
Result<LetterPage> list_letters(DeadLetterBox& box, const LetterQuestion& question,
                                std::size_t limit, std::string_view cursor);

}  // namespace penstock::queue
