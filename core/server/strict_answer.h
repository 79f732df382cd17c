// For fuzz targets: what a strict client reads from the bytes that a server sent. What it cannot
// read is an error of the server, and aborts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"

namespace penstock::server {

struct StrictAnswer {
  std::uint16_t status = 0;
  bool closes = false;
  std::string_view body;
};

inline std::string_view take_answer_line(std::string_view& bytes) {
  const auto end = bytes.find("\r\n");
  PENSTOCK_CHECK(end != std::string_view::npos);
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  PENSTOCK_CHECK(line.find_first_of("\r\n") == std::string_view::npos);
  return line;
}

// Takes one answer off the front. `is_head`: it answers HEAD, so that no body follows.
inline StrictAnswer take_strict_answer(std::string_view& bytes, bool is_head) {
  StrictAnswer answer;
  const std::string_view line = take_answer_line(bytes);
  PENSTOCK_CHECK(line.size() > 13 && line.substr(0, 9) == "HTTP/1.1 " && line[12] == ' ');
  const auto status = parse_int(line.substr(9, 3));
  PENSTOCK_CHECK(status && *status >= 100 && *status < 600);
  answer.status = static_cast<std::uint16_t>(*status);
  std::int64_t body_bytes = -1;
  for (;;) {
    const std::string_view header = take_answer_line(bytes);
    if (header.empty()) break;
    const auto colon = header.find(": ");
    PENSTOCK_CHECK(colon != std::string_view::npos && colon > 0);
    const std::string_view name = header.substr(0, colon);
    const std::string_view value = header.substr(colon + 2);
    if (name == "Content-Length") {
      PENSTOCK_CHECK(body_bytes < 0 && parse_int(value));
      body_bytes = *parse_int(value);
    }
    if (name == "Connection" && value == "close") answer.closes = true;
  }
  const bool has_body = answer.status >= 200 && answer.status != 204 && answer.status != 304;
  PENSTOCK_CHECK(has_body == (body_bytes >= 0));
  if (!has_body || is_head) return answer;
  PENSTOCK_CHECK(static_cast<std::size_t>(body_bytes) <= bytes.size());
  answer.body = bytes.substr(0, static_cast<std::size_t>(body_bytes));
  bytes.remove_prefix(answer.body.size());
  return answer;
}

}  // namespace penstock::server
