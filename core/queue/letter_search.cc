#include "queue/letter_search.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/text.h"
#include "queue/letters/plain_reason.h"

namespace penstock::queue {
namespace {

constexpr std::size_t kChunk = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Requires lower case of `part`.
bool has_part(std::string_view text, std::string_view part) {
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [](char a, char b) { return lower(a) == b; }) != text.end();
}

// Newest first, until all were seen or one look has gone far enough: false then.
Result<bool> for_each_letter(DeadLetterBox& box,
                             FunctionRef<void(const StoredLetter& letter)> visit) {
  std::string cursor;
  std::size_t letters = 0;
  std::size_t bytes = 0;
  do {
    auto page = box.list(kChunk, cursor);
    if (!page) return fail(page.error());
    for (const StoredLetter& letter : page->letters) {
      ++letters;
      bytes += letter.message.size();
      visit(letter);
    }
    cursor = std::move(page->next);
    if (!cursor.empty() && (letters >= kLettersLookedAtMax || bytes >= kLetterBytesLookedAtMax)) {
      return false;
    }
  } while (!cursor.empty());
  return true;
}

void count(const StoredLetter& letter, LetterCount& counted) {
  ++counted.all;
  if (letter.is_foreign) ++counted.foreign;
}

}  // namespace

bool LetterQuestion::matches(const StoredLetter& letter) const {
  if (letter.at_ms < since_ms) return false;
  if (!reason.empty() && plain_reason(letter.reason) != reason) return false;
  if (search.empty()) return true;
  const std::string part = to_lower(search);
  return has_part(letter.reason, part) || has_part(letter.origin, part) ||
         has_part(letter.message, part);
}

Result<std::vector<std::string>> letter_ids(DeadLetterBox& box, const LetterQuestion& question) {
  std::vector<std::string> ids;
  const auto is_complete = for_each_letter(box, [&](const StoredLetter& letter) {
    if (!letter.is_foreign && question.matches(letter)) ids.push_back(letter.id);
  });
  if (!is_complete) return fail(is_complete.error());
  return ids;
}

Result<LetterCount> count_letters(DeadLetterBox& box, const LetterQuestion& question) {
  LetterCount counted;
  const auto is_complete = for_each_letter(box, [&](const StoredLetter& letter) {
    if (question.matches(letter)) count(letter, counted);
  });
  if (!is_complete) return fail(is_complete.error());
  counted.is_complete = *is_complete;
  return counted;
}

Result<ReasonGroups> group_letters(DeadLetterBox& box) {
  ReasonGroups found;
  std::map<std::string, ReasonGroup> by_reason;
  const auto is_complete = for_each_letter(box, [&](const StoredLetter& letter) {
    std::string reason = plain_reason(letter.reason);
    ReasonGroup& group = by_reason[reason];
    if (group.count.all == 0) {
      group.reason = std::move(reason);
      group.detail = letter.reason;
    }
    count(letter, group.count);
    count(letter, found.count);
    if (letter.at_ms <= 0) return;
    group.newest_ms = std::max(group.newest_ms, letter.at_ms);
    group.oldest_ms = group.oldest_ms == 0 ? letter.at_ms : std::min(group.oldest_ms, letter.at_ms);
  });
  if (!is_complete) return fail(is_complete.error());
  found.count.is_complete = *is_complete;
  for (auto& [reason, group] : by_reason) found.groups.push_back(std::move(group));
  std::stable_sort(
      found.groups.begin(), found.groups.end(),
      [](const ReasonGroup& a, const ReasonGroup& b) { return a.count.all > b.count.all; });
  return found;
}

Result<LetterPage> list_letters(DeadLetterBox& box, const LetterQuestion& question,
                                std::size_t limit, std::string_view cursor) {
  if (question.is_any()) return box.list(limit, cursor);
  LetterPage found;
  std::string at(cursor);
  std::size_t letters = 0;
  std::size_t bytes = 0;
  while (true) {
    auto page = box.list(kChunk, at);
    if (!page) return fail(page.error());
    for (std::size_t i = 0; i < page->letters.size(); ++i) {
      StoredLetter& letter = page->letters[i];
      ++letters;
      bytes += letter.message.size();
      if (!question.matches(letter)) continue;
      found.letters.push_back(std::move(letter));
      if (found.letters.size() < limit || i + 1 == page->letters.size()) continue;
      // Full within a chunk: its cursor is that of the chunk's part which ends here.
      auto part = box.list(i + 1, at);
      if (!part) return fail(part.error());
      found.next = std::move(part->next);
      return found;
    }
    at = std::move(page->next);
    const bool is_enough = found.letters.size() >= limit || letters >= kLettersLookedAtMax ||
                           bytes >= DeadLetterBox::kPageBytesMax * 4;
    if (!at.empty() && !is_enough) continue;
    found.next = std::move(at);
    return found;
  }
}

}  // namespace penstock::queue
