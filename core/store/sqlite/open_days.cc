#include "store/sqlite/open_days.h"

#include <algorithm>

#include <sys/resource.h>

namespace penstock::store {
namespace {

constexpr int kAgeMax = 2;
// What these files leave to all others: they are three each.
constexpr std::size_t kDescriptorsADay = 8;

std::size_t old_open_max() {
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return OpenDays::kOpenMax;
  return std::clamp<std::size_t>(limit.rlim_cur / kDescriptorsADay, OpenDays::kOpenMax,
                                 OpenDays::kOldOpenMax);
}

}  // namespace

OpenDays::OpenDays(std::string folder)
    : folder_(std::move(folder)), old_open_max_(store::old_open_max()) {}

Result<DayFile*> OpenDays::open(std::int64_t day_ms, sqlite::Sync sync) {
  const auto is_day = [day_ms](const Entry& entry) { return entry.day_ms == day_ms; };
  for (Entries* entries : {&near_, &old_}) {
    const auto found = std::find_if(entries->begin(), entries->end(), is_day);
    if (found == entries->end()) continue;
    if (found->file->is_in_place()) {
      std::rotate(entries->begin(), found, found + 1);
      entries->front().age = 0;
      return entries->front().file.get();
    }
    entries->erase(found);
  }

  auto file = DayFile::open(day_path(folder_, day_ms), true, sync);
  if (!file) return fail(file.error());
  const bool is_old = sync == sqlite::Sync::kOff;
  Entries& entries = is_old ? old_ : near_;
  if (entries.size() == (is_old ? old_open_max_ : kOpenMax)) entries.pop_back();
  entries.insert(entries.begin(), Entry{day_ms, *std::move(file)});
  return entries.front().file.get();
}

bool OpenDays::has(std::int64_t day_ms) const {
  const auto is_day = [day_ms](const Entry& entry) { return entry.day_ms == day_ms; };
  return std::any_of(near_.begin(), near_.end(), is_day) ||
         std::any_of(old_.begin(), old_.end(), is_day);
}

void OpenDays::close(std::int64_t day_ms) {
  const auto is_day = [day_ms](const Entry& entry) { return entry.day_ms == day_ms; };
  std::erase_if(near_, is_day);
  std::erase_if(old_, is_day);
}

void OpenDays::grow_older() {
  for (Entry& entry : old_) ++entry.age;
}

void OpenDays::close_unused(std::size_t count) {
  for (; count > 0 && !old_.empty() && old_.back().age >= kAgeMax; --count) old_.pop_back();
}

}  // namespace penstock::store
