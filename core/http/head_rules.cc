#include "http/head_rules.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "http/char_set.h"

namespace penstock::http {
namespace {

// The headers that rules are about: how often each came, and the last one's value.
struct Ruled {
  int hosts = 0;
  int transfer_encodings = 0;
  int content_lengths = 0;
  int expectations = 0;
  Header* host = nullptr;
  std::string_view transfer_encoding;
  std::string_view content_length;
  std::string_view expectation;
};

Ruled gather(std::span<Header> headers) {
  Ruled ruled;
  for (Header& header : headers) {
    header.value = trim(header.value);
    const auto is = [&](std::string_view name) {
      return header.name.size() == name.size() && equals_ignoring_case(header.name, name);
    };
    if (is("host")) {
      ++ruled.hosts;
      ruled.host = &header;
    } else if (is("transfer-encoding")) {
      ++ruled.transfer_encodings;
      ruled.transfer_encoding = header.value;
    } else if (is("content-length")) {
      ++ruled.content_lengths;
      ruled.content_length = header.value;
    } else if (is("expect")) {
      ++ruled.expectations;
      ruled.expectation = header.value;
    }
  }
  return ruled;
}

Refusal check_host(const Ruled& ruled, const Request& request) {
  if (ruled.hosts > 1) return {400, "There is more than one Host header."};
  if (ruled.hosts == 0) {
    if (request.minor_version == 1) return {400, "The Host header is missing."};
    return {};
  }
  // An empty one is allowed.
  if (!kHostChars.has_all(ruled.host->value)) return {400, "Host is malformed."};
  return {};
}

// "http://" or "https://" off the front.
bool take_scheme(std::string_view& target) {
  for (const std::string_view scheme :
       {std::string_view("http://"), std::string_view("https://")}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    return true;
  }
  return false;
}

// Origin form, absolute form, whose authority replaces Host, or the asterisk (RFC 9112, 3.2).
bool split_target(Request& request, Header* host) {
  std::string_view rest = request.target;
  if (rest == "*") {
    request.path = rest;
    return request.method == Method::kOptions;
  }
  if (take_scheme(rest)) {
    const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    if (authority.empty() || !kHostChars.has_all(authority)) return false;
    if (host != nullptr) host->value = authority;
    rest.remove_prefix(authority_end);
  } else if (!rest.starts_with('/')) {
    return false;
  }
  const auto mark = rest.find('?');
  request.path = rest.substr(0, mark);
  if (request.path.empty()) request.path = "/";
  if (mark != std::string_view::npos) request.query = rest.substr(mark + 1);
  return true;
}

// The last of a list of transfer codings.
bool ends_in_chunked(std::string_view codings) {
  const auto comma = codings.rfind(',');
  if (comma != std::string_view::npos) codings.remove_prefix(comma + 1);
  return equals_ignoring_case(trim(codings), "chunked");
}

Refusal check_transfer_encoding(const Ruled& ruled, const Request& request) {
  if (request.minor_version == 0) return {400, "HTTP/1.0 has no Transfer-Encoding."};
  if (ruled.content_lengths > 0) return {400, "Content-Length stands beside Transfer-Encoding."};
  // Without it the body's end cannot be known; before it, it is known but no use (RFC 9112, 6.3).
  if (!ends_in_chunked(ruled.transfer_encoding)) {
    return {400, "Transfer-Encoding does not end in \"chunked\"."};
  }
  if (ruled.transfer_encodings > 1 || !equals_ignoring_case(ruled.transfer_encoding, "chunked")) {
    return {501, "Only the transfer coding \"chunked\" is supported."};
  }
  return {};
}

Refusal check_content_length(const HeadFacts& facts, const Ruled& ruled) {
  const auto length = parse_int(ruled.content_length);
  if (ruled.content_lengths > 1 || !length || ruled.content_length[0] == '-' ||
      static_cast<std::uint64_t>(*length) != facts.content_length) {
    return {400, "Content-Length is no number, or repeated."};
  }
  if (facts.content_length > facts.body_bytes_max) return {413, "The body is too large."};
  return {};
}

Refusal check_expectation(const Ruled& ruled) {
  if (ruled.expectations == 1 && equals_ignoring_case(ruled.expectation, "100-continue")) return {};
  return {417, "The only expectation that can be met is \"100-continue\"."};
}

}  // namespace

Refusal check_head(const HeadFacts& facts, std::span<Header> headers, Request& request,
                   bool& wants_continue) {
  const Ruled ruled = gather(headers);
  Refusal refusal = check_host(ruled, request);
  if (refusal.status != 0) return refusal;
  if (!split_target(request, ruled.host)) {
    return {400, "The request target is of no form that is served here."};
  }
  if (ruled.transfer_encodings > 0) {
    refusal = check_transfer_encoding(ruled, request);
  } else if (ruled.content_lengths > 0) {
    refusal = check_content_length(facts, ruled);
  }
  if (refusal.status != 0) return refusal;
  // HTTP/1.0 has no expectations: they are overlooked (RFC 9110, 10.1.1).
  if (ruled.expectations == 0 || request.minor_version == 0) return {};
  wants_continue = facts.is_chunked || facts.content_length > 0;
  return check_expectation(ruled);
}

}  // namespace penstock::http
