#include "queue/letters/plain_reason.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::queue {
namespace {

struct Words {
  std::string_view part;  // Of the technical text.
  std::string_view plain;
};

// The first that is found counts. Also what earlier versions wrote, whose letters still lie there.
constexpr Words kWords[] = {
    {"unknown format version", "Batch written by another version of Penstock"},
    {"open a batch:", "Damaged batch of events"},
    {"read a batch:", "Damaged batch of events"},
    {"read a job: it is no JSON", "Text that is not JSON"},
    {"read JSON:", "Text that is not JSON"},
    {"read a job: it is no object", "JSON that is not an object"},
    {"read a job: it has no class", "Job without a class"},
    {"read a job: it has no arg", "Job without arguments"},
    {"read a job: its first argument", "Job whose first argument is not an object"},
    {"read a job: its event's kind", "Event of an unknown kind"},
    {"read a job: a member of its event", "Event with a member that breaks a rule"},
    {"read a job: nested too deep", "Job nested too deep"},
    {"the worker died ", "The worker died with it, again and again"},
    {"its time is outside the years", "Event whose time is outside the years 1970 to 9999"},
    {"the store refuses this event", "Event that the store refuses"},
    {"the day file ", "The file of the event's day cannot be used"},
    {"not written by Penstock", "Not written by Penstock"},
};

constexpr std::size_t kPlainBytesMax = 120;
// Shorter ones are words as often as not: "deadbeef" is told from "face" by its digits.
constexpr std::size_t kHexRunMin = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A number, an address or an id: it differs from letter to letter.
bool is_particular(std::string_view word) {
  const bool has_digit = std::any_of(word.begin(), word.end(), is_digit);
  if (!has_digit) return false;
  if (std::all_of(word.begin(), word.end(), is_digit)) return true;
  if (word.starts_with("0x")) return true;
  return word.size() >= kHexRunMin &&
         std::all_of(word.begin(), word.end(), [](char c) { return hex_digit(c) >= 0; });
}

}  // namespace

std::string plain_reason(std::string_view reason) {
  for (const Words& words : kWords) {
    if (reason.find(words.part) != std::string_view::npos) return std::string(words.plain);
  }
  std::string_view line = trim(reason.substr(0, reason.find_first_of("\r\n")));
  line = utf8_prefix(line, kPlainBytesMax);
  if (line.empty()) return "No reason was given";
  std::string plain;
  while (!line.empty()) {
    const auto end = static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_word) -
                                              line.begin());
    if (end == 0) {
      plain += line.front();
      line.remove_prefix(1);
      continue;
    }
    const std::string_view word = line.substr(0, end);
    plain += is_particular(word) ? "…" : word;
    line.remove_prefix(end);
  }
  return plain;
}

}  // namespace penstock::queue
