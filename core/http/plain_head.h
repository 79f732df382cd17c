// Reads a request's head in one pass, where it is of the usual kind.
//
// Nearly every head leaves no doubt: GET, POST or OPTIONS of a path, HTTP/1.1, one Host, at most
// one Content-Length, nothing about framing or upgrades, and no limit near. Whatever else comes, be
// it wrong, unusual or unfinished, is left to HeadScanner and llhttp, which read every head and
// alone refuse. Here a head is taken only where they would take it, and as they would: the fuzz
// target of the parser compares the two.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace penstock::http {

struct ParserLimits;

struct PlainHead {
  std::size_t bytes;  // Of the text, the empty line included.
  std::size_t body_bytes;
};

// Requires empty `headers`. Fills them and `request` with views of `text`, which may hold what
// follows the head. Nullopt: not plain; both are to be cleared then.
std::optional<PlainHead> read_plain_head(std::string_view text, const ParserLimits& limits,
                                         Request& request, std::vector<Header>& headers);

}  // namespace penstock::http
