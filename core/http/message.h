// A request and an answer, as the parser gives them and handlers see them. No sockets.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

std::string_view to_text(Method method);

struct Header {
  std::string_view name;   // As sent; compare without case.
  std::string_view value;  // Without surrounding white space.
};

// Views over the parser's buffer or what it was fed from, lent until the parser is reset.
struct Request {
  Method method = Method::kOther;
  std::string_view target;  // As sent: "/v1/events?partial=1".
  std::string_view path;    // Still percent-encoded: "/v1/events".
  std::string_view query;   // Without the question mark.
  std::uint8_t minor_version = 1;
  bool keep_alive = true;
  std::span<const Header> headers;
  std::string_view body;  // Content-Encoding not yet undone; kReadablePadding bytes behind it.

  // The first header of that name (any case), or "".
  std::string_view header(std::string_view name) const;
  // All headers of that name as the one list that they are (RFC 9110, 5.3), joined by commas.
  std::string header_list(std::string_view name) const;
};

// What was read of a request's head, as sent: whole, cut short, or not HTTP at all.
struct PartialHead {
  std::string_view text;

  // The first header of that name (any case) whose line is whole and holds no control characters,
  // or "".
  std::string_view header(std::string_view name) const;
  // The request line's second word without its query, where the line is whole; else "".
  std::string_view path() const;
  // All headers that header() may return.
  std::vector<Header> headers() const;
};

// An answer. Owns its text. Content-Length, Date and Connection are the server's to add.
struct Response {
  std::uint16_t status = 200;
  std::string_view content_type = "application/json";  // A literal; "" where there is no body.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool close = false;  // Close the connection after this answer.
};

// {"error":"…","detail":"…"}, the contract's shape for every failure. `error` is a short constant
// ("invalid_json"), `detail` a sentence for people.
Response error_response(std::uint16_t status, std::string_view error, std::string_view detail);

// "Bad Request" for 400.
std::string_view reason_phrase(std::uint16_t status);

}  // namespace penstock::http
