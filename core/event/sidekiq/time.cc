#include "event/sidekiq/time.h"

#include <cmath>

#include "base/text.h"

namespace penstock::event {
namespace {

// What an id's first 48 bits can say.
constexpr std::int64_t kTimeMax = (std::int64_t{1} << 48) - 1;

}  // namespace

void append_sidekiq_time(std::string& out, std::int64_t ms) {
  append_text(out, ms / 1000);
  const std::int64_t fraction = ms % 1000;
  out += '.';
  out += static_cast<char>('0' + fraction / 100);
  out += static_cast<char>('0' + fraction / 10 % 10);
  out += static_cast<char>('0' + fraction % 10);
}

std::optional<std::int64_t> read_sidekiq_time(json::Value& value) {
  if (value.kind() != json::Kind::kNumber) return std::nullopt;
  std::optional<std::int64_t> ms;
  if (const auto integer = value.integer()) {
    ms = *integer;
  } else if (const auto number = value.number(); number && std::abs(*number) <= 1e17) {
    ms = std::llround(*number > 1e11 ? *number : *number * 1000);
  }
  if (!ms || *ms <= 0 || *ms > kTimeMax) return std::nullopt;
  return ms;
}

}  // namespace penstock::event
