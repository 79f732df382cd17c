#include "base/text.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace penstock {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr std::size_t kWordBytes = 8;

std::uint64_t word_at(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, kWordBytes);
  return word;
}

// Of four to eight bytes, which may overlap.
std::uint64_t word_of_halves(const char* at, std::size_t bytes) {
  std::uint32_t halves[2];
  std::memcpy(&halves[0], at, sizeof halves[0]);
  std::memcpy(&halves[1], at + bytes - sizeof halves[1], sizeof halves[1]);
  return halves[0] | std::uint64_t{halves[1]} << 32;
}

// Eight bytes at once: those that differ must differ in the case bit alone, and be letters.
inline bool same_word_ignoring_case(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kCaseBits = 0x20 * kEach;
  constexpr std::uint64_t kHighBits = 0x80 * kEach;
  const std::uint64_t differ = a ^ b;
  if (differ == 0) return true;
  if ((differ & ~kCaseBits) != 0) return false;
  const std::uint64_t lowered = a | kCaseBits;
  const std::uint64_t seven_bits = lowered & ~kHighBits;
  const std::uint64_t from_a = seven_bits + (0x80 - 'a') * kEach;
  const std::uint64_t past_z = seven_bits + (0x7f - 'z') * kEach;
  const std::uint64_t letters = from_a & ~past_z & ~lowered & kHighBits;
  return ((differ << 2) & ~letters) == 0;  // The case bit stands two below the high one.
}

void append_padded(std::string& out, std::int64_t number, int width) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  for (auto length = end - digits; length < width; ++length) out += '0';
  out.append(digits, end);
}

// Reads digits and marks that stand at fixed places. What is wrong is asked for at the end: a time
// that is good takes no branch a byte.
class FixedPlaces {
 public:
  explicit FixedPlaces(const char* text) : text_(text) {}

  template <std::size_t at, std::size_t width>
  int digits() {
    unsigned value = 0;
    for (std::size_t i = at; i < at + width; ++i) {
      const unsigned digit = static_cast<unsigned char>(text_[i]) - unsigned{'0'};
      is_bad_ |= digit > 9;
      value = value * 10 + digit;
    }
    return static_cast<int>(value);
  }
  template <std::size_t at>
  void mark(char wanted) {
    is_bad_ |= text_[at] != wanted;
  }
  bool is_bad() const { return is_bad_; }

 private:
  const char* text_;
  bool is_bad_ = false;
};

// Reads what may follow them from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  std::optional<int> two_digits() {
    if (end_ - at_ < 2) return std::nullopt;
    FixedPlaces places(at_);
    const int value = places.digits<0, 2>();
    if (places.is_bad()) return std::nullopt;
    at_ += 2;
    return value;
  }
  bool take(char c) {
    if (is_done() || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take_either(char a, char b) { return take(a) || take(b); }
  bool is_done() const { return at_ == end_; }

  // ".123456": milliseconds, the rest cut off. 0 where there is no fraction.
  std::optional<int> fraction_ms() {
    if (!take('.') && !take(',')) return 0;
    int ms = 0;
    int count = 0;
    for (; !is_done() && *at_ >= '0' && *at_ <= '9'; ++at_, ++count) {
      if (count < 3) ms = ms * 10 + (*at_ - '0');
    }
    if (count == 0) return std::nullopt;
    for (; count < 3; ++count) ms *= 10;
    return ms;
  }

 private:
  const char* at_;
  const char* end_;
};

// "Z" or "+hh:mm": minutes east of UTC. Also "+hhmm", PostgreSQL's "+hh" and Ruby's " UTC".
std::optional<int> parse_offset(Scanner& scanner) {
  scanner.take(' ');
  if (scanner.take_either('Z', 'z')) return 0;
  if (scanner.take('U')) {
    return scanner.take('T') && scanner.take('C') ? std::optional<int>(0) : std::nullopt;
  }
  const bool east = scanner.take('+');
  if (!east && !scanner.take('-')) return std::nullopt;
  const auto hours = scanner.two_digits();
  if (!hours || *hours > 23) return std::nullopt;
  if (scanner.is_done()) return (east ? *hours : -*hours) * 60;
  scanner.take(':');
  const auto minutes = scanner.two_digits();
  if (!minutes || *minutes > 59) return std::nullopt;
  const int total = *hours * 60 + *minutes;
  return east ? total : -total;
}

}  // namespace

std::optional<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

std::optional<std::string> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool same_bytes_ignoring_case(const char* a, const char* b, std::size_t bytes) {
  if (bytes < kWordBytes) {
    if (bytes >= kWordBytes / 2) {
      return same_word_ignoring_case(word_of_halves(a, bytes), word_of_halves(b, bytes));
    }
    return std::equal(a, a + bytes, b, [](char x, char y) { return lower(x) == lower(y); });
  }
  // The last word may overlap the one before.
  for (std::size_t at = 0; at + kWordBytes < bytes; at += kWordBytes) {
    if (!same_word_ignoring_case(word_at(a + at), word_at(b + at))) return false;
  }
  const std::size_t last = bytes - kWordBytes;
  return same_word_ignoring_case(word_at(a + last), word_at(b + last));
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void append_rfc3339(std::string& out, std::int64_t wall_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds(wall_ms)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss<milliseconds> clock(time - day);
  append_padded(out, static_cast<int>(date.year()), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, clock.hours().count(), 2);
  out += ':';
  append_padded(out, clock.minutes().count(), 2);
  out += ':';
  append_padded(out, clock.seconds().count(), 2);
  out += '.';
  append_padded(out, clock.subseconds().count(), 3);
  out += 'Z';
}

std::string day_text(std::int64_t wall_ms) {
  std::string out;
  append_rfc3339(out, wall_ms);
  out.resize(10);
  return out;
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  constexpr std::size_t kDateBytes = 10;     // "2026-11-24"
  constexpr std::size_t kSecondsBytes = 19;  // "2026-11-24T10:23:57"
  if (text.size() < kDateBytes) return std::nullopt;
  FixedPlaces places(text.data());
  const int years = places.digits<0, 4>();
  const int months = places.digits<5, 2>();
  const int days = places.digits<8, 2>();
  places.mark<4>('-');
  places.mark<7>('-');
  if (places.is_bad()) return std::nullopt;
  const year_month_day date{year(years), month(static_cast<unsigned>(months)),
                            day(static_cast<unsigned>(days))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t day_ms =
      duration_cast<milliseconds>(sys_days(date).time_since_epoch()).count();
  if (text.size() == kDateBytes) return day_ms;

  if (text.size() < kSecondsBytes) return std::nullopt;
  const char between = text[kDateBytes];
  if (between != 'T' && between != 't' && between != ' ') return std::nullopt;
  const int hours = places.digits<11, 2>();
  const int minutes = places.digits<14, 2>();
  const int seconds = places.digits<17, 2>();
  places.mark<13>(':');
  places.mark<16>(':');
  // 60 is a leap second.
  if (places.is_bad() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  Scanner scanner(text.substr(kSecondsBytes));
  const auto ms = scanner.fraction_ms();
  if (!ms) return std::nullopt;
  const auto offset = parse_offset(scanner);
  if (!offset || !scanner.is_done()) return std::nullopt;

  const std::int64_t seconds_of_day = (hours * 60 + minutes - *offset) * 60 + seconds;
  return day_ms + seconds_of_day * 1000 + *ms;
}

}  // namespace penstock
