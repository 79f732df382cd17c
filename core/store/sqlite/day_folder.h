// The folder of day files: their names, which there are, and whether one was replaced.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::store {

// Days are given by their first millisecond, UTC.
std::string day_path(const std::string& folder, std::int64_t day_ms);

// Day files of the folder, ascending. An absent folder has none.
std::vector<std::int64_t> list_days(const std::string& folder);

// The day of "YYYY-MM-DD.db"; nullopt for every other name.
std::optional<std::int64_t> day_of_name(std::string_view name);

// Whether a day can be a file's name at all: years 1970 to 9999.
bool is_storable_time(std::int64_t wall_ms);

struct FileMark {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileMark&) const = default;
};

// Nullopt where there is no such file.
std::optional<FileMark> mark_of(const std::string& path);

// Whether the path leads to a plain file. What is none is not opened: a FIFO would be waited for.
bool is_plain_file(const std::string& path);

// The database's file and its journal's, in bytes.
std::uint64_t day_bytes(const std::string& path);

// Those of its WAL alone.
std::uint64_t journal_bytes(const std::string& path);

// Where a day's file is made before it gets its name; and what a process has left that died then,
// or within remove_day().
std::string draft_path(const std::string& path);
void remove_drafts(const std::string& folder);

// When the database or its journal was last written, in nanoseconds since the epoch.
std::int64_t changed_at_ns(const std::string& path);
// When a file has changed, at the earliest, that has a row which was stored behind this one. A row
// id is the time of storing in microseconds, or more where the clock went back.
std::int64_t changed_behind_ns(std::int64_t row_id);

// A number that no other state of these days' files has: made of their marks, sizes and times, and
// of their journals'; none is opened. It never comes again where one of them was changed within the
// last two seconds: two changes at one tick of the kernel's clock have the same time.
std::uint64_t stamp_of(const std::string& folder, std::span<const std::int64_t> days);

// Removes the file, what SQLite keeps beside it and its copies of older versions. Its name goes
// first: a reader that opened the file without its journal would find it damaged. A new file of
// that name inherits no journal (remove_stale_journal), whatever a crash in between leaves. False
// where the file is still there.
bool remove_day(const std::string& path);

// Removes the copies that were kept of the folder's files before a migration (sqlite/versions.h),
// those that were made before `wall_ms`. How many.
std::uint32_t remove_copies_before(const std::string& folder, std::int64_t wall_ms);

// What a crash may have left of a file that is gone.
void remove_stale_journal(const std::string& path);

}  // namespace penstock::store
