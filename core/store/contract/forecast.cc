#include "store/contract/forecast.h"

#include <algorithm>

#include "base/text.h"
#include "json/writer.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kRateDays = 7;
// Of its first day a store shows how fast it grows only after a while.
constexpr std::int64_t kFirstMsMin = 3'600'000;

std::optional<double> rate_of(const StoreSizes& sizes, std::int64_t now_ms) {
  if (sizes.days.empty()) return std::nullopt;
  const std::int64_t today_ms = now_ms - now_ms % kDayMs;
  const std::int64_t from_ms = std::max(sizes.days.front().day_ms, today_ms - kRateDays * kDayMs);
  std::uint64_t ended = 0;
  std::uint64_t today = 0;
  for (const DaySize& day : sizes.days) {
    if (day.day_ms >= from_ms && day.day_ms < today_ms) ended += day.bytes;
    if (day.day_ms == today_ms) today = day.bytes;
  }
  const std::int64_t days = (today_ms - from_ms) / kDayMs;
  if (days > 0) return static_cast<double>(ended) / static_cast<double>(days);
  const std::int64_t passed_ms = now_ms - today_ms;
  if (days < 0 || passed_ms < kFirstMsMin) return std::nullopt;
  return static_cast<double>(today) * static_cast<double>(kDayMs) / static_cast<double>(passed_ms);
}

}  // namespace

Forecast forecast(const StoreSizes& sizes, const StoreOptions& options, std::int64_t now_ms) {
  Forecast outlook;
  for (const DaySize& day : sizes.days) outlook.bytes += day.bytes;
  outlook.days = static_cast<std::uint32_t>(sizes.days.size());
  outlook.bytes_max = options.bytes_max;
  outlook.limit_bytes = outlook.bytes + sizes.free_bytes;
  if (options.bytes_max > 0 && options.bytes_max < outlook.limit_bytes) {
    outlook.limit = Limit::kBytesMax;
    outlook.limit_bytes = options.bytes_max;
  }
  outlook.bytes_per_day = rate_of(sizes, now_ms);
  if (!outlook.bytes_per_day || *outlook.bytes_per_day <= 0) return outlook;

  const double limit = static_cast<double>(outlook.limit_bytes);
  outlook.days_that_fit = limit / *outlook.bytes_per_day;
  // The day that has begun, and the one that the clock has to be borne out by, stand beside those
  // that are kept.
  const double kept_days = options.retention_days + 2.0;
  if (options.retention_days > 0 && kept_days <= *outlook.days_that_fit) return outlook;
  const double left = std::max(limit - static_cast<double>(outlook.bytes), 0.0);
  outlook.full_in_days = left / *outlook.bytes_per_day;
  return outlook;
}

void append_forecast_json(const Forecast& forecast, std::string& out) {
  json::Writer writer(out);
  writer.begin_object()
      .member("bytes", forecast.bytes)
      .member("days", forecast.days)
      .member("max_bytes", forecast.bytes_max)
      .member("limit", forecast.limit == Limit::kDisk ? "disk" : "max_bytes")
      .member("limit_bytes", forecast.limit_bytes);
  writer.member("bytes_per_day", forecast.bytes_per_day);
  writer.member("days_that_fit", forecast.days_that_fit);
  writer.member("full_in_days", forecast.full_in_days);
  writer.end_object();
}

}  // namespace penstock::store
