#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "base/text.h"

namespace penstock::http {
namespace {

// RFC 9110, 6.4.1 and 8.6: these carry neither content nor its length.
bool has_no_content(std::uint16_t status) { return status < 200 || status == 204 || status == 304; }

// Values may quote what a client sent, decoded. A line break in one would begin a header, or an
// answer, of the client's own making.
void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

void append_status_and_date(std::string& out, std::uint16_t status, std::string_view date) {
  out += "HTTP/1.1 ";
  append_text(out, status);
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
  append_header(out, "Date", date);
}

void append_two_digits(std::string& out, unsigned number) {
  out += static_cast<char>('0' + number / 10 % 10);
  out += static_cast<char>('0' + number % 10);
}

}  // namespace

void append_response(std::string& out, const Response& response, std::string_view date,
                     bool keep_alive, bool head_only) {
  const bool has_content = !has_no_content(response.status);
  append_status_and_date(out, response.status, date);
  if (has_content) {
    if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
    out += "Content-Length: ";
    append_text(out, response.body.size());
    out += "\r\n";
  }
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  // Said both ways: HTTP/1.0 closes where it is not told to keep the connection.
  out += keep_alive && !response.close ? "Connection: keep-alive\r\n\r\n"
                                       : "Connection: close\r\n\r\n";
  if (has_content && !head_only) out += response.body;
}

void append_head_of_parts(std::string& out, const Response& response, std::string_view date,
                          bool is_chunked) {
  append_status_and_date(out, response.status, date);
  append_header(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers) append_header(out, name, value);
  if (is_chunked) append_header(out, "Transfer-Encoding", "chunked");
  out += "Connection: close\r\n\r\n";
}

void append_chunk(std::string& out, std::string_view part) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), part.size(), 16).ptr;
  out.append(digits.begin(), end);
  out += "\r\n";
  out += part;
  out += "\r\n";
}

std::string date_text(std::int64_t wall_ms) {
  static constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(wall_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto year = static_cast<unsigned>(std::clamp(static_cast<int>(date.year()), 0, 9999));

  std::string out;
  out.reserve(29);
  out += kDays[std::chrono::weekday(day).c_encoding()];
  out += ", ";
  append_two_digits(out, static_cast<unsigned>(date.day()));
  out += ' ';
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out += ' ';
  append_two_digits(out, year / 100);
  append_two_digits(out, year % 100);
  out += ' ';
  append_two_digits(out, static_cast<unsigned>(clock.hours().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.minutes().count()));
  out += ':';
  append_two_digits(out, static_cast<unsigned>(clock.seconds().count()));
  out += " GMT";
  return out;
}

}  // namespace penstock::http
