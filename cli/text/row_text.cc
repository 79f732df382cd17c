#include "cli/text/row_text.h"

#include <algorithm>

#include "base/terminal_text.h"
#include "base/text.h"
#include "base/utf8.h"

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

std::string for_terminal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t length = unsafe_length(text, i); length > 0) {
      out += '?';
      i += length;
    } else {
      const std::size_t whole = utf8_length(text, i);
      out += text.substr(i, whole);
      i += whole;
    }
  }
  return out;
}

}  // namespace penstock::cli
