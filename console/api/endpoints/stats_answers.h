// What questions about stored events, and their answers, have in common.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "console/api/request/call.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"
#include "store/contract/queries.h"

namespace penstock::console {

// Of what query.steps() reads.
inline constexpr Parameter kStepParameters[] = {
    {"step", R"({"type":"string"})",
     "Whole minutes, hours or days: 60, 15m, 1h, 1d; or week, month. Those of an hour and more "
     "begin with the days of tz. Default: by the range"},
};

// A member that is an array.
template <class Numbers>
void write_column(json::Writer& writer, std::string_view name, const Numbers& numbers) {
  writer.key(name).begin_array();
  for (const auto number : numbers) writer.value(number);
  writer.end_array();
}

// "from" and "to", as they were used.
void write_range(json::Writer& writer, const store::Range& range);
// The same, "step" and "t".
void write_steps(json::Writer& writer, const store::Range& range, const QueryReader::Steps& steps,
                 const std::vector<std::int64_t>& at_s);

// "events", "visitors", "bots", "newest_received_at".
void write_summary(json::Writer& writer, const store::Summary& summary);

// "average_seconds", null where there is no visit.
void write_average_seconds(json::Writer& writer, std::uint64_t seconds, std::uint64_t visits);

}  // namespace penstock::console
