// An answer as bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace penstock::http {

// Appends status line, headers and body. `head_only` leaves the body out but keeps its
// Content-Length (HEAD). `date` is a ready IMF-fixdate (RFC 9110, 5.6.7).
void append_response(std::string& out, const Response& response, std::string_view date,
                     bool keep_alive, bool head_only);

// The head of an answer whose body comes by parts, behind which the connection is closed: chunked
// (RFC 9112, 7.1), or for a client of HTTP/1.0 until the close. Its body is left out.
void append_head_of_parts(std::string& out, const Response& response, std::string_view date,
                          bool is_chunked);
// Not of an empty part, which would end the body.
void append_chunk(std::string& out, std::string_view part);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// "Tue, 24 Nov 2026 10:23:57 GMT".
std::string date_text(std::int64_t wall_ms);

}  // namespace penstock::http
