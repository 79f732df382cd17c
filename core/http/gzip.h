// Content-Encoding: gzip for answers that are made once and sent often.
#pragma once

#include <string>
#include <string_view>

namespace penstock::http {

// As small as zlib makes it, the same bytes each time.
std::string gzip(std::string_view text);

// Whether an Accept-Encoding names gzip and does not exclude it ("gzip;q=0").
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace penstock::http
