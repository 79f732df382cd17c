#include "http/message.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/text.h"

namespace penstock::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

std::string_view to_text(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      return "OTHER";
  }
  return "OTHER";
}

std::string_view Request::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name.size() == name.size() && equals_ignoring_case(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

std::string Request::header_list(std::string_view name) const {
  std::string list;
  for (const Header& header : headers) {
    if (!equals_ignoring_case(header.name, name)) continue;
    if (!list.empty()) list += ',';
    list += header.value;
  }
  return list;
}

std::string_view PartialHead::header(std::string_view name) const {
  for (const Header& header : headers()) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

std::string_view PartialHead::path() const {
  const std::size_t line_end = text.find(kLineEnd);
  if (line_end == std::string_view::npos) return {};
  std::string_view rest = text.substr(0, line_end);
  rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
  return rest.substr(0, rest.find_first_of(" ?"));
}

std::vector<Header> PartialHead::headers() const {
  std::vector<Header> headers;
  std::size_t begin = text.find(kLineEnd);  // Behind the request line.
  while (begin != std::string_view::npos) {
    begin += kLineEnd.size();
    const std::size_t end = text.find(kLineEnd, begin);
    if (end == begin || end == std::string_view::npos) break;
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t colon = line.find(':');
    begin = end;
    if (colon == std::string_view::npos) continue;
    const std::string_view value = trim(line.substr(colon + 1));
    const bool is_plain = std::none_of(value.begin(), value.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    headers.push_back({line.substr(0, colon), is_plain ? value : std::string_view()});
  }
  return headers;
}

Response error_response(std::uint16_t status, std::string_view error, std::string_view detail) {
  Response response;
  response.status = status;
  response.body.reserve(error.size() + detail.size() + 32);
  response.body += R"({"error":)";
  append_json_string(response.body, error);
  response.body += R"(,"detail":)";
  append_json_string(response.body, detail);
  response.body += '}';
  return response;
}

std::string_view reason_phrase(std::uint16_t status) {
  struct Phrase {
    std::uint16_t status;
    std::string_view text;
  };
  static constexpr Phrase kPhrases[] = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {207, "Multi-Status"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {417, "Expectation Failed"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {426, "Upgrade Required"},
      {428, "Precondition Required"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  };
  for (const Phrase& phrase : kPhrases) {
    if (phrase.status == status) return phrase.text;
  }
  return "Unknown";
}

}  // namespace penstock::http
