#include "adapter/drain/logplex.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::size_t kLengthDigitsMax = 9;
constexpr std::int64_t kPriorityMax = 191;  // local7 and debug.
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNothing = "-";

// Up to the next blank, which goes too. Nullopt where there is none.
std::optional<std::string_view> take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end + 1);
  return word == kNothing ? std::string_view() : word;
}

// Of "<190>1".
std::optional<std::uint8_t> priority_of(std::string_view word) {
  const std::size_t end = word.find('>');
  if (!word.starts_with('<') || end == std::string_view::npos || word.substr(end + 1) != "1") {
    return std::nullopt;
  }
  const auto priority = parse_int(word.substr(1, end - 1));
  if (!priority || *priority > kPriorityMax) return std::nullopt;
  return static_cast<std::uint8_t>(*priority);
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

FrameHead read_logplex_head(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of("\r\n"), text.size());
  if (begin > 0) return {FrameHead::Kind::kFiller, begin};
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  if (digits > kLengthDigitsMax) return {FrameHead::Kind::kBroken};
  if (digits == text.size()) return {};
  const auto length = parse_int(text.substr(0, digits));
  if (text[digits] != ' ' || !length) return {FrameHead::Kind::kBroken};
  return {FrameHead::Kind::kHead, digits + 1, static_cast<std::uint64_t>(*length)};
}

std::optional<std::string_view> LogplexFrames::stop() {
  is_broken_ = true;
  rest_ = {};
  return std::nullopt;
}

std::optional<std::string_view> LogplexFrames::next() {
  while (!rest_.empty()) {
    const FrameHead head = read_logplex_head(rest_);
    rest_.remove_prefix(head.bytes);
    if (head.kind == FrameHead::Kind::kFiller) continue;
    if (head.kind != FrameHead::Kind::kHead || head.body_bytes > rest_.size()) return stop();
    const std::string_view frame = rest_.substr(0, static_cast<std::size_t>(head.body_bytes));
    rest_.remove_prefix(frame.size());
    return frame;
  }
  return std::nullopt;
}

LogplexLine read_logplex_line(std::string_view frame) {
  LogplexLine whole;
  whole.message = without_line_end(frame);
  std::string_view rest = whole.message;
  const auto head = take_word(rest);
  LogplexLine line;
  if (head) line.priority = priority_of(*head);
  if (!line.priority) return whole;
  for (std::string_view* field :
       {&line.time, &line.host, &line.app, &line.process, &line.message_id}) {
    const auto word = take_word(rest);
    // The last may have nothing behind it.
    if (!word && field != &line.message_id) return whole;
    if (word) *field = *word;
    if (!word && rest == kNothing) rest = {};
  }
  line.message = rest;
  return line;
}

std::string_view severity_name(std::uint8_t priority) {
  static constexpr std::string_view kNames[] = {"emerg",   "alert",  "crit", "err",
                                                "warning", "notice", "info", "debug"};
  return kNames[priority % 8];
}

}  // namespace penstock::adapter
