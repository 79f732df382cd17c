#include "store/sqlite/bad_days.h"

#include <algorithm>

#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {
namespace {

// Reading fails where a full disk does not make it fail: a bad sector, a file that is cut short.
bool is_failed_read(const Error& error) {
  return error.native == sqlite::kReadFailed || error.native == sqlite::kFileSystemCorrupt;
}

bool is_usable(const std::string& folder) {
  return access(folder.c_str(), R_OK | W_OK | X_OK) == 0;
}

}  // namespace

bool is_lasting(const Error& error) {
  switch (error.code) {
    case ErrorCode::kCorrupt:
    case ErrorCode::kConfiguration:
    case ErrorCode::kRejected:
      return true;
    case ErrorCode::kExhausted:
      return is_failed_read(error);
    case ErrorCode::kOverloaded:
    case ErrorCode::kDisconnected:
      return false;
  }
  return false;
}

std::string sqlite_text(const Error& error) {
  const char* words = sqlite::words_of(error);
  if (words == nullptr) return to_text(error);
  return str_cat(error.step, ": ", words, " (SQLite ", error.native, ")");
}

std::string reason_of_bad_day(const std::string& path, const Error& error) {
  return str_cat("the day file ", path, " cannot be used: ", sqlite_text(error));
}

bool is_fault_of_day(const std::string& folder, std::int64_t day_ms, const Error& error) {
  return is_lasting(error) && mark_of(day_path(folder, day_ms)).has_value() && is_usable(folder);
}

bool BadDays::may_pass(std::int64_t day_ms, const Error& error, std::int64_t now_us) {
  for (const BadDay& bad : days_) {
    if (bad.day_ms == day_ms) return false;
  }
  return waits_[day_ms].may_pass(error, now_us);
}

std::string BadDays::add(std::int64_t day_ms, const Error& error) {
  std::string reason = reason_of_bad_day(day_path(folder_, day_ms), error);
  waits_.erase(day_ms);
  const std::lock_guard lock(mutex_);
  const auto found = std::lower_bound(
      days_.begin(), days_.end(), day_ms,
      [](const BadDay& bad, std::int64_t wanted_ms) { return bad.day_ms < wanted_ms; });
  const bool is_known = found != days_.end() && found->day_ms == day_ms;
  if (is_known && found->reason == reason) return reason;
  if (is_known) {
    found->reason = reason;
  } else {
    days_.insert(found, {day_ms, reason});
  }
  log_error("store.day_bad",
            "a day's file cannot be used; its events become dead letters, other days go on",
            {{"file", day_path(folder_, day_ms)},
             {"error", sqlite_text(error)},
             {"remedy",
              "repair the file, restore it from a backup, or move it out of the folder; then: "
              "penstock queue retry --all"}});
  return reason;
}

void BadDays::remove(std::int64_t day_ms) {
  waits_.erase(day_ms);
  const std::lock_guard lock(mutex_);
  const auto gone =
      std::erase_if(days_, [day_ms](const BadDay& bad) { return bad.day_ms == day_ms; });
  if (gone == 0) return;
  log_info("store", "a day's file can be used again", {{"file", day_path(folder_, day_ms)}});
}

std::vector<BadDay> BadDays::list() const {
  const std::lock_guard lock(mutex_);
  return days_;
}

}  // namespace penstock::store
