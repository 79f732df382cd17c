#include "store/sqlite/open_days.h"

#include <algorithm>

namespace penstock::store {

Result<DayFile*> OpenDays::open(std::int64_t day_ms) {
  const auto is_day = [day_ms](const Entry& entry) { return entry.day_ms == day_ms; };
  const auto found = std::find_if(entries_.begin(), entries_.end(), is_day);
  if (found != entries_.end() && found->file->is_in_place()) {
    std::rotate(entries_.begin(), found, found + 1);
    return entries_.front().file.get();
  }
  if (found != entries_.end()) entries_.erase(found);

  auto file = DayFile::open(day_path(folder_, day_ms));
  if (!file) return fail(file.error());
  if (entries_.size() == kOpenMax) entries_.pop_back();
  entries_.insert(entries_.begin(), Entry{day_ms, *std::move(file)});
  return entries_.front().file.get();
}

void OpenDays::close(std::int64_t day_ms) {
  std::erase_if(entries_, [day_ms](const Entry& entry) { return entry.day_ms == day_ms; });
}

}  // namespace penstock::store
