#include "store/sqlite/retention.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/log.h"
#include "base/text.h"
#include "event/id.h"
#include "files/failure.h"
#include "files/folder.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {
namespace {

constexpr std::int64_t kBusyTimeoutMs = 1'000;
constexpr std::int64_t kCacheKib = 100;
// Before today: kept however large the store is, since late events still come to it.
constexpr std::uint32_t kSparedDays = 1;

// The received_at of the row that was stored last; nullopt for a file that has none or cannot be
// read, which then bears out nothing.
std::optional<std::int64_t> last_received_ms(const std::string& path) {
  if (!is_plain_file(path)) return std::nullopt;
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kBusyTimeoutMs,
                                                .cache_kib = kCacheKib});
  if (!database || !see_as_current(*database)) return std::nullopt;
  auto newest = database->prepare("SELECT received_at FROM events ORDER BY rowid DESC LIMIT 1");
  if (!newest || !newest->step().value_or(false)) return std::nullopt;
  return newest->integer(0);
}

std::vector<std::int64_t> days_before(const std::vector<std::int64_t>& days, std::int64_t now_ms,
                                      std::uint32_t kept_days) {
  const std::int64_t oldest_kept_ms =
      event::start_of_day(now_ms) - std::int64_t{kept_days} * kDayMs;
  return {days.begin(), std::lower_bound(days.begin(), days.end(), oldest_kept_ms)};
}

std::string text_of(std::int64_t wall_ms) {
  std::string text;
  append_rfc3339(text, wall_ms);
  return text;
}

std::string names_of(const std::vector<std::int64_t>& days) {
  std::string names;
  for (const std::int64_t day_ms : days) {
    if (!names.empty()) names += ' ';
    names += day_text(day_ms);
  }
  return names;
}

}  // namespace

std::int64_t latest_believed_ms(const Retention& retention) {
  const std::vector<std::int64_t> days = list_days(retention.folder);
  std::int64_t believed_ms = 0;
  std::size_t witnesses = 0;
  for (auto day = days.rbegin(); day != days.rend() && witnesses < retention.witnesses; ++day) {
    const auto received_ms = last_received_ms(day_path(retention.folder, *day));
    if (!received_ms) continue;
    ++witnesses;
    // The third file of a store that is filled day by day is that of the day before yesterday.
    const auto days_behind = std::max<std::int64_t>(1, static_cast<std::int64_t>(witnesses) - 1);
    believed_ms = *received_ms + days_behind * kDayMs;
  }
  return believed_ms;
}

namespace {

std::vector<std::int64_t> days_too_old(const Retention& retention, const Calendar& calendar,
                                       const std::vector<std::int64_t>& days) {
  if (retention.days == 0) return {};
  if (days_before(days, calendar.now_ms(INT64_MAX), retention.days).empty()) return {};
  const std::int64_t now_ms = calendar.now_ms(latest_believed_ms(retention));
  std::vector<std::int64_t> past = days_before(days, now_ms, retention.days);
  const auto by_clock = days_before(days, calendar.now_ms(INT64_MAX), retention.days);
  if (by_clock.size() > past.size()) {
    log_warn("store.clock_ahead",
             "the clock is ahead of the stored events; days that are old by it alone stay",
             {{"clock", text_of(calendar.now_ms(INT64_MAX))},
              {"counted_from", text_of(now_ms)},
              {"days", by_clock.size() - past.size()}});
  }
  return past;
}

// The fewest of the oldest days without which the rest fits.
std::vector<std::int64_t> days_too_many(const Retention& retention, const Calendar& calendar,
                                        const std::vector<std::int64_t>& days) {
  if (retention.bytes_max == 0) return {};
  std::uint64_t bytes = 0;
  for (const std::int64_t day_ms : days) bytes += day_bytes(day_path(retention.folder, day_ms));
  if (bytes <= retention.bytes_max) return {};
  const std::int64_t now_ms = calendar.now_ms(latest_believed_ms(retention));
  std::vector<std::int64_t> removable = days_before(days, now_ms, kSparedDays);
  std::size_t count = 0;
  while (count < removable.size() && bytes > retention.bytes_max) {
    bytes -= std::min(bytes, day_bytes(day_path(retention.folder, removable[count++])));
  }
  removable.resize(count);
  if (bytes > retention.bytes_max) {
    log_warn("store.too_large",
             "the store is larger than store.max_bytes; its last two days are kept",
             {{"bytes", bytes}, {"max_bytes", retention.bytes_max}});
  }
  return removable;
}

}  // namespace

std::vector<std::int64_t> days_past(const Retention& retention, const Calendar& calendar) {
  if (retention.days == 0 && retention.bytes_max == 0) return {};
  const std::vector<std::int64_t> days = list_days(retention.folder);
  auto old = days_too_old(retention, calendar, days);
  auto many = days_too_many(retention, calendar, days);
  return old.size() > many.size() ? old : many;  // Both are the oldest: one holds the other.
}

Removal remove_days(const std::string& folder, const std::vector<std::int64_t>& days,
                    std::size_t count) {
  Removal removal;
  if (days.empty() || count == 0) return removal;
  log_info("store", "days are past the retention and are removed, the oldest first",
           {{"days", names_of(days)}, {"at_most_now", count}});
  for (const std::int64_t day_ms : days) {
    if (removal.days.size() == count) break;
    if (remove_day(day_path(folder, day_ms))) {
      removal.days.push_back(day_ms);
    } else {
      removal.done = files::fail_by_errno(errno, "remove a day file that is past the retention");
    }
  }
  if (!removal.days.empty()) {
    auto synced = files::sync_folder(folder);
    if (!synced) removal.done = fail(synced.error());
  }
  return removal;
}

}  // namespace penstock::store
