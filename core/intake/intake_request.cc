#include "intake/intake_request.h"

#include "base/percent.h"
#include "base/text.h"
#include "http/target.h"

namespace penstock::intake {
namespace {

template <std::size_t size>
void take_if(const char (&name)[size], const http::Header& header, std::string_view& into) {
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

constexpr std::string_view kBearer = "Bearer";

std::string_view bearer_of(std::string_view authorization) {
  if (authorization.size() <= kBearer.size() ||
      !equals_ignoring_case(authorization.substr(0, kBearer.size()), kBearer)) {
    return {};
  }
  authorization.remove_prefix(kBearer.size());
  const bool is_scheme = authorization[0] == ' ' || authorization[0] == '\t';
  return is_scheme ? trim(authorization) : std::string_view();
}

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

RequestKeys keys_of(const IntakeHeaders& headers, std::string_view query, std::string& scratch) {
  const auto raw = http::raw_query_value(query, "key");
  std::string_view in_query = raw.value_or(std::string_view());
  if (in_query.find_first_of("%+") != std::string_view::npos) {
    scratch.clear();
    append_percent_decoded(scratch, in_query, Plus::kIsSpace);
    in_query = scratch;
  }
  return {bearer_of(headers.authorization), trim(headers.penstock_key), trim(in_query)};
}

}  // namespace penstock::intake
