#include "intake/intake_request.h"

#include "base/percent.h"
#include "base/text.h"
#include "http/target.h"

namespace penstock::intake {
namespace {

void take_if(std::string_view name, const http::Header& header, std::string_view& into) {
  if (into.empty() && equals_ignoring_case(header.name, name)) into = header.value;
}

void take_forwarded_for(std::string_view value, std::string& scratch, std::string_view& into) {
  if (into.empty()) {
    into = value;
    return;
  }
  // `into` may be the scratch itself already.
  std::string joined = str_cat(into, ",", value);
  scratch.swap(joined);
  into = scratch;
}

constexpr std::string_view kBearer = "Bearer ";

}  // namespace

IntakeHeaders read_headers(const http::Request& request, std::string& scratch) {
  IntakeHeaders headers;
  for (const http::Header& header : request.headers) {
    switch (header.name.size()) {  // Tells most headers apart before a byte is compared.
      case 6:
        take_if("Origin", header, headers.origin);
        break;
      case 7:
        take_if("Referer", header, headers.referer);
        break;
      case 10:
        take_if("User-Agent", header, headers.user_agent);
        break;
      case 12:
        take_if("Content-Type", header, headers.content_type);
        break;
      case 13:
        take_if("Authorization", header, headers.authorization);
        take_if("If-None-Match", header, headers.if_none_match);
        break;
      case 14:
        take_if("X-Penstock-Key", header, headers.penstock_key);
        break;
      case 15:
        if (!equals_ignoring_case(header.name, "X-Forwarded-For")) break;
        take_forwarded_for(header.value, scratch, headers.x_forwarded_for);
        break;
      case 16:
        if (!equals_ignoring_case(header.name, "Content-Encoding")) break;
        if (!headers.content_encoding.empty()) headers.content_encoding += ',';
        headers.content_encoding += header.value;
        break;
      default:
        break;
    }
  }
  return headers;
}

std::string_view key_of(const IntakeHeaders& headers, std::string_view query,
                        std::string& scratch) {
  if (headers.authorization.size() > kBearer.size() &&
      equals_ignoring_case(headers.authorization.substr(0, kBearer.size()), kBearer)) {
    return trim(headers.authorization.substr(kBearer.size()));
  }
  if (!headers.penstock_key.empty()) return headers.penstock_key;
  const auto raw = http::raw_query_value(query, "key");
  if (!raw) return {};
  if (raw->find_first_of("%+") == std::string_view::npos) return *raw;
  scratch.clear();
  append_percent_decoded(scratch, *raw, Plus::kIsSpace);
  return scratch;
}

}  // namespace penstock::intake
