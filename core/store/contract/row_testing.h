// Rows for the store's tests.
#pragma once

#include <cstdint>

#include "base/text.h"
#include "event/id.h"
#include "event/row.h"

namespace penstock::store {

inline constexpr std::int64_t kToday = 1'763'942'400'000;  // 2025-11-24, its first millisecond.
inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kHour = 3'600'000;
inline constexpr std::int64_t kDay = 86'400'000;

// A plain row of the time. Rows with the same number and time have the same id.
inline event::Row row_at(std::int64_t at_ms, std::uint32_t number) {
  event::Row row;
  row.record.id = event::id_of_client("default", str_cat(number, " at ", at_ms), at_ms);
  row.record.received_at_ms = at_ms + 5;
  row.record.occurred_at_ms = at_ms;
  row.record.project = "default";
  row.record.source = "events";
  row.record.name = "pageview";
  row.record.ip = "203.0.113.7";
  row.record.user_agent = "Mozilla/5.0";
  row.record.properties = "{}";
  row.host = "example.com";
  row.path = "/";
  row.browser = "Firefox";
  row.os = "Linux";
  row.device = "desktop";
  return row;
}

}  // namespace penstock::store
