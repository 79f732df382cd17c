// A connection as a whole, over a socket: our limits, llhttp, pipelining, the PROXY header, and
// answers that are given at once or late. The first byte says how it is played, the next three in
// which pieces the rest is sent.
//
// However it is played, the same requests come out and the same bytes go back: what two readers of
// one wire could take for different requests would show here.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "http/parser_run.h"
#include "server/connection_probe.h"

namespace {

using penstock::parse_int;
using penstock::server::Played;
using penstock::server::play;
using penstock::server::Way;

struct Answer {
  std::uint16_t status = 0;
  bool closes = false;
  std::string_view body;
};

std::string_view take_line(std::string_view& bytes) {
  const auto end = bytes.find("\r\n");
  PENSTOCK_CHECK(end != std::string_view::npos);
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  PENSTOCK_CHECK(line.find_first_of("\r\n") == std::string_view::npos);
  return line;
}

// A client's strict reading of one answer.
Answer take_answer(std::string_view& bytes, bool is_head) {
  Answer answer;
  const std::string_view line = take_line(bytes);
  PENSTOCK_CHECK(line.size() > 13 && line.substr(0, 9) == "HTTP/1.1 " && line[12] == ' ');
  const auto status = parse_int(line.substr(9, 3));
  PENSTOCK_CHECK(status && *status >= 100 && *status < 600);
  answer.status = static_cast<std::uint16_t>(*status);
  std::int64_t body_bytes = -1;
  for (;;) {
    const std::string_view header = take_line(bytes);
    if (header.empty()) break;
    const auto colon = header.find(": ");
    PENSTOCK_CHECK(colon != std::string_view::npos && colon > 0);
    const std::string_view value = header.substr(colon + 2);
    if (header.substr(0, colon) == "Content-Length") {
      PENSTOCK_CHECK(body_bytes < 0 && parse_int(value));
      body_bytes = *parse_int(value);
    }
    if (header.substr(0, colon) == "Connection" && value == "close") answer.closes = true;
  }
  if (answer.status < 200) return answer;
  PENSTOCK_CHECK(body_bytes >= 0);
  if (is_head) body_bytes = 0;
  PENSTOCK_CHECK(static_cast<std::size_t>(body_bytes) <= bytes.size());
  answer.body = bytes.substr(0, static_cast<std::size_t>(body_bytes));
  bytes.remove_prefix(answer.body.size());
  return answer;
}

// One answer for each request, in their order, at most one refusal behind them, and nothing after
// an answer that closes.
void check_answers(const Played& played, bool has_all) {
  std::string_view rest = played.answers;
  std::size_t count = 0;
  bool has_ended = false;
  while (!rest.empty()) {
    PENSTOCK_CHECK(!has_ended);
    const bool is_head = count < played.requests.size() && played.requests[count].is_head;
    const Answer answer = take_answer(rest, is_head);
    if (answer.status == 100) continue;
    has_ended = answer.closes;
    if (count == played.requests.size()) {
      PENSTOCK_CHECK(answer.closes && answer.status >= 400 && answer.status < 600);
    } else if (!is_head) {
      PENSTOCK_CHECK(parse_int(answer.body) == static_cast<std::int64_t>(count));
    }
    ++count;
  }
  PENSTOCK_CHECK(count <= played.requests.size() + 1);
  PENSTOCK_CHECK(!has_all || count >= played.requests.size());
}

bool is_beginning(const Played& part, const Played& whole) {
  return part.requests.size() <= whole.requests.size() &&
         std::equal(part.requests.begin(), part.requests.end(), whole.requests.begin());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view wire = input.substr(4);
  const std::uint8_t flags = data[0];

  Way at_once;
  at_once.is_proxied = (flags & 1) != 0;
  const Played whole = play(wire, at_once);
  check_answers(whole, true);
  PENSTOCK_CHECK(!whole.is_reset);

  Way late = at_once;
  late.sizes = input.substr(1, 3);
  late.answers_late = (flags & 2) != 0;
  late.pauses = (flags & 4) != 0;
  const Played pieces = play(wire, late);
  PENSTOCK_CHECK(pieces.requests == whole.requests);
  PENSTOCK_CHECK(pieces.answers == whole.answers);
  PENSTOCK_CHECK(!pieces.is_reset);

  // Time, a stop or the client itself may end it early: then less comes out, but nothing else.
  Way ended = late;
  ended.deadlines = (flags & 8) != 0;
  ended.drains = (flags & 16) != 0;
  ended.leaves = (flags & 32) != 0;
  if (!ended.deadlines && !ended.drains && !ended.leaves) return 0;
  const Played part = play(wire, ended);
  if (!ended.leaves) check_answers(part, true);
  PENSTOCK_CHECK(is_beginning(part, whole));
  return 0;
}
