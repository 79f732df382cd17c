// The rules for a parsed head that go beyond syntax: which host, which target, where the body ends.
// Whatever two parsers in a row could see differently is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "http/head_scanner.h"
#include "http/message.h"

namespace penstock::http {

// What llhttp made of the head, and the limit that is in force.
struct HeadFacts {
  std::uint64_t content_length = 0;  // 0 without the header.
  bool is_chunked = false;
  std::size_t body_bytes_max = 0;
};

// Takes the space around the headers' values, puts an absolute target's authority in Host's place,
// and fills the request's path and query from its target, which must not be empty. Sets
// `wants_continue` where the client waits for "100 Continue" before it sends a body.
Refusal check_head(const HeadFacts& facts, std::span<Header> headers, Request& request,
                   bool& wants_continue);

}  // namespace penstock::http
