#include "queue/spool/folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "files/failure.h"
#include "files/file_lock.h"
#include "files/folder.h"

namespace penstock::queue {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kFolderMode = 0750;
constexpr std::size_t kNumberDigits = 6;
constexpr std::array<const char*, 4> kSegmentFiles = {".db", ".db-wal", ".db-shm", ".open"};

// Instances begin with their start's microseconds in 16 digits (spool_instance.cc).
bool is_instance_name(std::string_view name) {
  return name.size() > 17 && name[16] == '-' &&
         std::all_of(name.begin(), name.begin() + 16, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> list_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  while (!error && entry != fs::directory_iterator()) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::uint64_t file_bytes(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

}  // namespace

std::string SegmentName::text() const {
  const std::string digits = str_cat(number);
  const std::size_t zeros = digits.size() < kNumberDigits ? kNumberDigits - digits.size() : 0;
  return str_cat(std::string(zeros, '0'), digits, "-r", reactor);
}

std::optional<SegmentName> SegmentName::parse(std::string_view file_name) {
  const std::size_t dash = file_name.find("-r");
  if (!file_name.ends_with(".db") || dash == std::string_view::npos) return std::nullopt;
  const auto number = parse_int(file_name.substr(0, dash));
  const auto reactor = parse_int(file_name.substr(dash + 2, file_name.size() - dash - 5));
  if (!number || !reactor || *number < 0 || *reactor < 0) return std::nullopt;
  return SegmentName{static_cast<std::uint64_t>(*number), static_cast<std::uint32_t>(*reactor)};
}

Result<void> make_spool_folder(const std::string& path) {
  PENSTOCK_TRY(files::make_folders(path, files::mode_in(files::folder_of(path), kFolderMode)));
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return fail(ErrorCode::kConfiguration, errno, "use a folder of the spool");
  }
  return {};
}

std::vector<std::string> list_instances(const std::string& spool) {
  std::vector<std::string> names = list_names(spool);
  std::erase_if(names, [](const std::string& name) { return !is_instance_name(name); });
  return names;
}

std::vector<SegmentPlace> list_segments(const std::string& spool, const std::string& instance) {
  std::vector<SegmentPlace> segments;
  for (const std::string& file_name : list_names(str_cat(spool, "/", instance))) {
    if (const auto name = SegmentName::parse(file_name)) segments.push_back({instance, *name});
  }
  std::sort(segments.begin(), segments.end(), [](const SegmentPlace& a, const SegmentPlace& b) {
    return std::pair(a.name.number, a.name.reactor) < std::pair(b.name.number, b.name.reactor);
  });
  return segments;
}

bool is_instance_dead(const std::string& spool, const std::string& instance) {
  return files::FileLock::is_abandoned(str_cat(spool, "/", instance, "/lock"));
}

bool is_segment_closed(const std::string& segment_path) {
  return ::access((segment_path + ".open").c_str(), F_OK) != 0;
}

std::uint64_t segment_bytes_on_disk(const std::string& segment_path) {
  std::uint64_t bytes = 0;
  for (const char* suffix : kSegmentFiles) bytes += file_bytes(segment_path + suffix);
  return bytes;
}

void remove_segment(const std::string& segment_path) {
  for (const char* suffix : kSegmentFiles) ::unlink((segment_path + suffix).c_str());
}

Result<void> set_segment_aside(const std::string& segment_path) {
  for (const char* suffix : kSegmentFiles) {
    const std::string from = segment_path + suffix;
    if (::rename(from.c_str(), (from + ".bad").c_str()) == 0 || errno == ENOENT) continue;
    return files::fail_by_errno(errno, "rename a spool segment");
  }
  return {};
}

void remove_instance_if_done(const std::string& spool, const std::string& instance) {
  const std::string folder = str_cat(spool, "/", instance);
  const std::vector<std::string> names = list_names(folder);
  const bool is_kept = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with(".db") || name.ends_with(".bad");
  });
  if (is_kept) return;
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

std::uint64_t count_bad_segments(const std::string& spool) {
  std::uint64_t count = 0;
  for (const std::string& instance : list_instances(spool)) {
    for (const std::string& name : list_names(str_cat(spool, "/", instance))) {
      count += name.ends_with(".db.bad") ? 1 : 0;
    }
  }
  return count;
}

std::uint64_t spool_bytes_on_disk(const std::string& spool) {
  std::uint64_t bytes = 0;
  for (const std::string& instance : list_instances(spool)) {
    const std::string folder = str_cat(spool, "/", instance, "/");
    for (const std::string& name : list_names(folder)) bytes += file_bytes(folder + name);
  }
  return bytes;
}

}  // namespace penstock::queue
