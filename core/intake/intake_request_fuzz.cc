#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/target.h"
#include "intake/intake_request.h"

// The first line is an Authorization header's value, the rest a query.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::intake;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const std::string_view query = end == std::string_view::npos ? "" : text.substr(end + 1);

  IntakeHeaders headers;
  headers.authorization = text.substr(0, end);
  std::string scratch;
  for (const std::string_view key : keys_of(headers, query, scratch)) {
    PENSTOCK_CHECK(key.size() <= text.size());
  }

  if (const auto value = penstock::http::raw_query_value(query, "key")) {
    PENSTOCK_CHECK(value->find('&') == std::string_view::npos);
    // A name without "=" has a value that stands nowhere.
    PENSTOCK_CHECK(value->empty() ||
                   (value->data() >= query.data() &&
                    value->data() + value->size() <= query.data() + query.size()));
  }
  return 0;
}
