// Decoding never makes a text longer, and agrees with itself whichever way it is asked.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/percent.h"
#include "http/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  std::string decoded;
  append_percent_decoded(decoded, text, Plus::kIsSpace);
  PENSTOCK_CHECK(decoded.size() <= text.size());
  if (text.find_first_of("%+") == std::string_view::npos) PENSTOCK_CHECK(decoded == text);
  std::string again;
  append_percent_decoded(again, text, Plus::kIsText);
  const auto strict = strictly_percent_decoded(text);
  if (strict) PENSTOCK_CHECK(*strict == again);

  std::size_t bytes = 0;
  std::string first_name;
  std::string first_value;
  bool is_first = true;
  const auto visited =
      http::for_each_pair(text, [&](std::string_view name, std::string_view value) -> Result<void> {
        bytes += name.size() + value.size();
        if (is_first) {
          first_name = name;
          first_value = value;
        }
        is_first = false;
        return {};
      });
  PENSTOCK_CHECK(bytes <= text.size());
  PENSTOCK_CHECK(visited);
  if (!is_first) {
    const auto raw = http::raw_query_value(text, first_name);
    PENSTOCK_CHECK(raw);
    std::string value;
    append_percent_decoded(value, *raw, Plus::kIsSpace);
    PENSTOCK_CHECK(value == first_value);
  }
  return 0;
}
