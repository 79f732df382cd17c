// Every endpoint's query string, whatever is in it, gives values within their bounds or a refusal.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "console/api/request/query_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  console::QueryReader query(text, 1'800'000'000'000);
  const store::Range range = query.range();
  const std::int64_t step = query.step_s(range);
  const store::Filter filter = query.filter();
  query.dimension();
  const std::uint32_t limit = query.number("limit", 100, 1, 1000);
  query.truth("is_bot");
  query.text("cursor");
  if (query.refusal()) return 0;
  PENSTOCK_CHECK(range.from_ms >= 0 && range.from_ms < range.to_ms);
  PENSTOCK_CHECK(step > 0 && step % 60 == 0);
  PENSTOCK_CHECK((range.to_ms - range.from_ms) / 1000 / step <= 5'000);
  PENSTOCK_CHECK(limit >= 1 && limit <= 1000);
  PENSTOCK_CHECK(filter.equals.size() <= store::kDimensions);
  for (const auto& [key, value] : filter.properties) PENSTOCK_CHECK(!key.empty());
  return 0;
}
