#include "console/api/endpoints/stats_answers.h"

#include <optional>

#include "base/text.h"

namespace penstock::console {

namespace {

// In seconds, as the steps are; of a range that a client has cut finer, with its decimals.
void write_time(json::Writer& writer, std::string_view name, std::int64_t at_ms) {
  std::string text = str_cat(at_ms / 1'000);
  if (const std::int64_t rest_ms = at_ms % 1'000; rest_ms != 0) {
    text += str_cat('.', rest_ms / 100, rest_ms / 10 % 10, rest_ms % 10);
  }
  writer.key(name).raw(text);
}

}  // namespace

void write_range(json::Writer& writer, const store::Range& range) {
  write_time(writer, "from", range.from_ms);
  write_time(writer, "to", range.to_ms);
}

void write_steps(json::Writer& writer, const store::Range& range, const QueryReader::Steps& steps,
                 const std::vector<std::int64_t>& at_s) {
  write_range(writer, range);
  if (steps.name.empty()) {
    writer.member("step", steps.length_s);
  } else {
    writer.member("step", steps.name);
  }
  write_column(writer, "t", at_s);
}

void write_summary(json::Writer& writer, const store::Summary& summary) {
  writer.member("events", summary.events);
  writer.member("visitors", summary.visitors).member("bots", summary.bots);
  writer.member("newest_received_at", summary.newest_received_ms);
}

void write_average_seconds(json::Writer& writer, std::uint64_t seconds, std::uint64_t visits) {
  writer.member("average_seconds", visits > 0 ? std::optional(seconds / visits) : std::nullopt);
}

}  // namespace penstock::console
