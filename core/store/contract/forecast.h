// How long a store's room lasts: what it holds, what it may hold, how fast it grows.
//
// By days that have ended, the last seven at most; on a store's first day by that day. A forecast
// is for people and alerts: nothing is removed by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/contract/event_store.h"

namespace penstock::store {

struct DaySize {
  std::int64_t day_ms = 0;
  std::uint64_t bytes = 0;
};

struct StoreSizes {
  std::vector<DaySize> days;     // Ascending.
  std::uint64_t free_bytes = 0;  // Of the filesystem.
};

// What the store is as large as at most, and what happens then.
enum class Limit : std::uint8_t {
  kBytesMax,  // store.max_bytes: the oldest days are removed.
  kDisk,      // The disk is full: the worker stores nothing.
};

struct Forecast {
  std::uint64_t bytes = 0;
  std::uint32_t days = 0;
  std::uint64_t bytes_max = 0;          // As it was set; 0: no bound.
  Limit limit = Limit::kDisk;           // The nearer one,
  std::uint64_t limit_bytes = 0;        // and the size of the store at which it is reached.
  std::optional<double> bytes_per_day;  // Nullopt: not known yet.
  std::optional<double> days_that_fit;  // In limit_bytes, at that rate.
  // Until the limit is reached. Nullopt: not known, or never, as where the retention by days
  // removes as much before.
  std::optional<double> full_in_days;
};

Forecast forecast(const StoreSizes& sizes, const StoreOptions& options, std::int64_t now_ms);

// Appends it as a JSON object; what is not known is null.
void append_forecast_json(const Forecast& forecast, std::string& out);

}  // namespace penstock::store
