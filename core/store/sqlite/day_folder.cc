#include "store/sqlite/day_folder.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <limits>
#include <memory>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/function_ref.h"
#include "base/hash.h"
#include "base/text.h"
#include "sqlite/versions.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {
namespace {

constexpr std::string_view kSuffix = ".db";
constexpr std::string_view kDraftSuffix = ".new";
constexpr std::string_view kRemovedSuffix = ".removed";
constexpr std::int64_t kEndOfYear9999Ms = 253'402'300'800'000;

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { closedir(folder); }
};

std::uint64_t file_bytes(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t file_changed_at_ns(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return 0;
  return nanoseconds(status.st_mtim);
}

// Above it, two changes of a file have two times: those are of the kernel's last tick, and clocks
// are set by small steps.
constexpr std::int64_t kChangeSlackMs = 2'000;

// Adds what tells one state of a file from another. Rights are among it, which have no time but
// that of the inode's change.
void add_state(const struct stat& status, std::vector<std::uint64_t>& state) {
  for (const std::int64_t ns : {nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)}) {
    state.push_back(static_cast<std::uint64_t>(ns));
  }
  for (const std::uint64_t number : {std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino},
                                     static_cast<std::uint64_t>(status.st_size)}) {
    state.push_back(number);
  }
}

void for_each_name(const std::string& folder, FunctionRef<void(const std::string&)> visit) {
  const std::unique_ptr<DIR, CloseFolder> entries(opendir(folder.c_str()));
  if (entries == nullptr) return;
  while (const dirent* entry = readdir(entries.get())) visit(entry->d_name);
}

}  // namespace

std::string day_path(const std::string& folder, std::int64_t day_ms) {
  return str_cat(folder, '/', day_text(day_ms), kSuffix);
}

std::optional<std::int64_t> day_of_name(std::string_view name) {
  constexpr std::size_t kDateBytes = 10;
  if (name.size() != kDateBytes + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  const auto day_ms = parse_rfc3339(name);
  if (!day_ms || day_text(*day_ms) != name) return std::nullopt;
  return day_ms;
}

std::vector<std::int64_t> list_days(const std::string& folder) {
  std::vector<std::int64_t> days;
  for_each_name(folder, [&days](const std::string& name) {
    if (const auto day = day_of_name(name)) days.push_back(*day);
  });
  std::sort(days.begin(), days.end());
  return days;
}

bool is_storable_time(std::int64_t wall_ms) { return wall_ms >= 0 && wall_ms < kEndOfYear9999Ms; }

std::optional<FileMark> mark_of(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileMark{status.st_dev, status.st_ino};
}

bool is_plain_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

std::uint64_t day_bytes(const std::string& path) {
  return file_bytes(path) + file_bytes(path + "-wal");
}

std::uint64_t journal_bytes(const std::string& path) { return file_bytes(path + "-wal"); }

std::string draft_path(const std::string& path) { return str_cat(path, kDraftSuffix); }

void remove_drafts(const std::string& folder) {
  for_each_name(folder, [&folder](const std::string& name) {
    const std::string_view of_day = std::string_view(name).substr(0, name.rfind('.'));
    const std::string_view suffix = std::string_view(name).substr(of_day.size());
    if ((suffix != kDraftSuffix && suffix != kRemovedSuffix) || !day_of_name(of_day)) return;
    const std::string path = str_cat(folder, '/', of_day);
    if (!mark_of(path)) remove_stale_journal(path);
    unlink(str_cat(folder, '/', name).c_str());
  });
}

std::int64_t changed_at_ns(const std::string& path) {
  return std::max(file_changed_at_ns(path), file_changed_at_ns(path + "-wal"));
}

std::int64_t changed_behind_ns(std::int64_t row_id) {
  constexpr std::int64_t kMicrosecondNs = 1'000;
  constexpr std::int64_t kSlackNs = kChangeSlackMs * 1'000'000;
  return std::min(row_id, std::numeric_limits<std::int64_t>::max() / kMicrosecondNs) *
             kMicrosecondNs -
         kSlackNs;
}

// An empty journal is left out: a reader may have made it.
std::uint64_t stamp_of(const std::string& folder, std::span<const std::int64_t> days) {
  const std::int64_t now_ms = SystemClock().wall_ms();
  std::vector<std::uint64_t> state;
  bool is_settled = true;
  for (const std::int64_t day_ms : days) {
    state.push_back(static_cast<std::uint64_t>(day_ms));
    const std::string path = day_path(folder, day_ms);
    for (const std::string& file : {path, path + "-wal"}) {
      struct stat status {};
      if (stat(file.c_str(), &status) != 0 || (file != path && status.st_size == 0)) {
        state.push_back(0);
        continue;
      }
      add_state(status, state);
      const std::int64_t changed_ms = nanoseconds(status.st_mtim) / 1'000'000;
      is_settled = is_settled && now_ms - changed_ms > kChangeSlackMs;
    }
  }
  static std::atomic<std::uint64_t> unsettled{0};
  if (!is_settled) {
    state.push_back(static_cast<std::uint64_t>(now_ms));
    state.push_back(++unsettled);
  }
  return hash64({reinterpret_cast<const char*>(state.data()), state.size() * sizeof state[0]});
}

void remove_stale_journal(const std::string& path) {
  unlink((path + "-wal").c_str());
  unlink((path + "-shm").c_str());
  unlink((path + "-journal").c_str());
}

bool remove_day(const std::string& path) {
  const std::string removed = str_cat(path, kRemovedSuffix);
  if (rename(path.c_str(), removed.c_str()) != 0 && mark_of(path)) return false;
  remove_stale_journal(path);
  // One more than this program makes: it may have taken the place of the next.
  for (std::int64_t version = 1; version <= kSchemaVersion; ++version) {
    for (const std::int64_t form : {std::int64_t{0}, kCompactForm}) {
      const std::string copy = sqlite::copy_path(path, version | form);
      unlink(copy.c_str());
      unlink((copy + ".partial").c_str());
      unlink((copy + ".partial-journal").c_str());
    }
  }
  if (unlink(removed.c_str()) == 0 || !mark_of(removed)) return true;
  static_cast<void>(rename(removed.c_str(), path.c_str()));
  return false;
}

std::uint32_t remove_copies_before(const std::string& folder, std::int64_t wall_ms) {
  std::uint32_t removed = 0;
  for_each_name(folder, [&](const std::string& name) {
    const auto original = sqlite::original_of(name);
    if (!original || !original->ends_with(kSuffix)) return;
    const std::string copy = str_cat(folder, '/', name);
    if (file_changed_at_ns(copy) / 1'000'000 >= wall_ms) return;
    if (unlink(copy.c_str()) == 0) ++removed;
  });
  return removed;
}

}  // namespace penstock::store
