// Every endpoint's query string, whatever is in it, gives values within their bounds or a refusal.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "console/api/request/condition_text.h"
#include "console/api/request/query_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  console::QueryReader query(text, 1'800'000'000'000);
  const store::Range range = query.range();
  const console::QueryReader::Steps steps = query.steps(range);
  const store::Filter filter = query.filter();
  query.dimension();
  const std::uint32_t limit = query.number("limit", 100, 1, 1000);
  query.truth("is_bot");
  query.text("cursor");
  if (query.refusal()) return 0;
  PENSTOCK_CHECK(range.from_ms >= 0 && range.from_ms < range.to_ms);
  if (const auto* starts = std::get_if<store::StepStarts>(&steps.step)) {
    PENSTOCK_CHECK(!starts->empty() && starts->size() <= 5'000);
    PENSTOCK_CHECK(starts->front() * 1'000 <= range.from_ms);
  } else {
    PENSTOCK_CHECK((range.to_ms - range.from_ms) / 1000 / steps.length_s <= 5'000);
  }
  PENSTOCK_CHECK(limit >= 1 && limit <= 1000);
  for (const store::Condition& condition : filter.conditions) {
    PENSTOCK_CHECK(console::subject_of(console::to_text(condition.subject)) == condition.subject);
  }
  return 0;
}
