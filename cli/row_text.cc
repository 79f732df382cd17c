#include "cli/row_text.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kTextMax = 100;

void append_column(std::string& out, std::string_view text, std::size_t width) {
  const std::string shown = for_terminal(utf8_prefix(text, kTextMax));
  out += ' ';
  out += shown.empty() ? "-" : shown;
  for (std::size_t length = std::max<std::size_t>(shown.size(), 1); length < width; ++length) {
    out += ' ';
  }
}

}  // namespace

void append_row_line(const event::Row& row, std::string& out) {
  constexpr std::size_t kClockAt = 11;  // Behind "2026-11-24T".
  std::string time;
  append_rfc3339(time, row.record.occurred_at_ms);
  out += std::string_view(time).substr(kClockAt, 12);
  append_column(out, row.record.project, 8);
  append_column(out, row.record.name, 10);
  append_column(out, row.path.empty() ? row.record.url : row.path, 40);
  append_column(out, row.browser, 10);
  append_column(out, row.country, 2);
  out.erase(out.find_last_not_of(' ') + 1);
}

// C0 and DEL, and C1, which UTF-8 writes as C2 80 to C2 9F; what is not UTF-8 goes as a whole.
std::string for_terminal(std::string_view text) {
  std::string out;
  const bool is_utf8 = is_valid_utf8(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 =
        byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (is_c1) ++i;
    out += byte < 0x20 || byte == 0x7f || is_c1 || (byte >= 0x80 && !is_utf8) ? '?' : text[i];
  }
  return out;
}

}  // namespace penstock::cli
