// A connection as a whole, over a socket: our limits, llhttp, pipelining, the PROXY header, and
// answers that are given at once or late. The first byte says how it is played, the next three in
// which pieces the rest is sent.
//
// However it is played, the same requests come out and the same bytes go back: what two readers of
// one wire could take for different requests would show here.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "server/connection_probe.h"
#include "server/strict_answer.h"

namespace {

using penstock::parse_int;
using penstock::server::play;
using penstock::server::Played;
using penstock::server::StrictAnswer;
using penstock::server::take_strict_answer;
using penstock::server::Way;

// One answer for each request, in their order, at most one refusal behind them, and nothing after
// an answer that closes.
void check_answers(const Played& played, bool has_all) {
  std::string_view rest = played.answers;
  std::size_t count = 0;
  bool has_ended = false;
  while (!rest.empty()) {
    PENSTOCK_CHECK(!has_ended);
    const bool is_head = count < played.requests.size() && played.requests[count].is_head;
    const StrictAnswer answer = take_strict_answer(rest, is_head);
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

  // Time, a stop, want of memory or the client itself may end it early: then less comes out, but
  // nothing else.
  Way ended = late;
  ended.deadlines = (flags & 8) != 0;
  ended.drains = (flags & 16) != 0;
  ended.leaves = (flags & 32) != 0;
  ended.is_short = (flags & 64) != 0;
  ended.watches = (flags & 128) != 0;
  const bool may_end =
      ended.deadlines || ended.drains || ended.leaves || ended.is_short || ended.watches;
  if (!may_end) return 0;
  const Played part = play(wire, ended);
  if (!ended.leaves) check_answers(part, !ended.watches);
  PENSTOCK_CHECK(is_beginning(part, whole));
  return 0;
}
