#include "cli/send/body_maker.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "json/reader.h"

namespace penstock::cli {
namespace {

// Fewer requests a second than this would make a rate look like single blows.
constexpr double kBurstsASecond = 10;

}  // namespace

BodyMaker::BodyMaker(const TrafficOptions& options, std::uint64_t count, std::uint32_t batch,
                     double rate)
    : traffic_(options), random_(options.seed), left_(count), batch_(batch), size_max_(100) {
  if (rate > 0)
    size_max_ = static_cast<std::uint32_t>(std::clamp(rate / kBurstsASecond, 1.0, 100.0));
}

// Browsers send one event or a page's few; servers and log drains send lines by the hundred.
std::uint32_t BodyMaker::pick_size(bool& is_array) {
  const std::uint64_t kind = random_.below(10);
  is_array = kind < 7;
  if (kind < 4) return 1;
  const std::uint64_t size = kind < 7 ? 2 + random_.below(19) : 10 + random_.below(91);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(size, size_max_));
}

void BodyMaker::make(Body& body) {
  PENSTOCK_CHECK(left_ > 0);
  bool is_array = true;
  const std::uint32_t wanted = batch_ > 0 ? batch_ : pick_size(is_array);
  body.events = static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, left_));
  left_ -= body.events;

  body.bytes.clear();
  body.content_type = is_array ? "application/json" : "application/x-ndjson";
  const bool has_brackets = is_array && body.events > 1;
  if (has_brackets) body.bytes += '[';
  for (std::uint32_t i = 0; i < body.events; ++i) {
    if (i > 0) body.bytes += is_array ? ',' : '\n';
    if (i > 0 && is_array) {
      traffic_.append_next_of_same(body.bytes);
    } else {
      traffic_.append_next(body.bytes);
    }
    if (i > 0) continue;
    body.user_agent = traffic_.user_agent();
    body.ip = traffic_.ip();
  }
  if (has_brackets) body.bytes += ']';
}

std::optional<std::uint64_t> accepted_of(std::string_view answer) {
  std::optional<std::uint64_t> accepted;
  std::string text(answer);
  reserve_padding(text);
  json::Reader reader;
  const auto read = reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "accepted") return {};
      const auto number = value.integer();
      if (!number) return fail(number.error());
      if (*number >= 0) accepted = static_cast<std::uint64_t>(*number);
      return {};
    });
  });
  return read ? accepted : std::nullopt;
}

std::string reason_of(long status, std::string_view answer) {
  std::string error;
  std::string detail;
  std::string text(answer);
  reserve_padding(text);
  json::Reader reader;
  const auto read = reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "error" && key != "detail") return {};
      const auto string = value.string();
      if (!string) return fail(string.error());
      (key == "error" ? error : detail) = *string;
      return {};
    });
  });
  if (!read || error.empty()) return str_cat(status);
  return str_cat(status, " ", error, detail.empty() ? "" : ": ", detail);
}

}  // namespace penstock::cli
