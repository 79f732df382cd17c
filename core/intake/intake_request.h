// What the intake looks at in a request besides its body.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "http/message.h"

namespace penstock::intake {

// The headers that matter, found in one walk. Views, "" for none.
struct IntakeHeaders {
  std::string_view authorization;
  std::string_view penstock_key;
  std::string content_encoding;  // Of all fields of that name.
  std::string_view content_type;
  std::string_view user_agent;
  std::string_view referer;
  std::string_view origin;
  std::string_view x_forwarded_for;
};

// The views are into the request or, where several X-Forwarded-For lines make one list, into
// `scratch`.
IntakeHeaders read_headers(const http::Request& request, std::string& scratch);

// The keys that a request names, in the order in which they count: Authorization: Bearer,
// X-Penstock-Key, ?key=. "" for none: what is white space alone names none, nor does another
// Authorization scheme. `scratch` holds the text where the query's had to be decoded.
using RequestKeys = std::array<std::string_view, 3>;
inline bool may_have_key(const IntakeHeaders& headers, std::string_view query) {
  return !query.empty() || !headers.authorization.empty() || !headers.penstock_key.empty();
}
RequestKeys keys_of(const IntakeHeaders& headers, std::string_view query, std::string& scratch);

}  // namespace penstock::intake
