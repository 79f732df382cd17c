#include "cli/doctor/disk.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "base/text.h"
#include "cli/doctor/checks.h"
#include "cli/text/format.h"
#include "files/folder.h"

namespace penstock::cli {
namespace {

constexpr std::uint64_t kFreeBytesMin = 128 << 20;         // Two segments of the spool.
constexpr std::uint64_t kFreeBytesWanted = 2'000'000'000;  // As the alert PenstockDiskLow.
constexpr std::uint64_t kFreeInodesMin = 1'000;

struct Filesystem {
  std::int64_t type;
  const char* name;
  bool is_remote;  // SQLite's journal needs shared memory and locks of one machine.
};

// Numbers of linux/magic.h and the filesystems' own sources.
constexpr Filesystem kUnsafe[] = {
    {0x6969, "NFS", true},        {0xff534d42, "CIFS", true},   {0xfe534d42, "SMB", true},
    {0x517b, "SMB", true},        {0x5346414f, "AFS", true},    {0x00c36400, "Ceph", true},
    {0x01021997, "9p", true},     {0x0bd00bd0, "Lustre", true}, {0x01161970, "GFS2", false},
    {0x01021994, "tmpfs", false}, {0x858458f6, "ramfs", false},
};

const Filesystem* find_unsafe(std::int64_t type) {
  const auto* const found =
      std::find_if(std::begin(kUnsafe), std::end(kUnsafe),
                   [&](const Filesystem& one) { return one.type == (type & 0xffffffff); });
  return found == std::end(kUnsafe) ? nullptr : found;
}

// Of the folder, or of the one that it will be made in.
std::optional<DiskFacts> disk_of(std::string path) {
  struct stat found {};
  while (::stat(path.c_str(), &found) != 0 && path.size() > 1) path = files::folder_of(path);
  struct statvfs room {};
  struct statfs kind {};
  if (::statvfs(path.c_str(), &room) != 0 || ::statfs(path.c_str(), &kind) != 0) {
    return std::nullopt;
  }
  return DiskFacts{path,          std::uint64_t{room.f_bavail} * room.f_frsize,
                   room.f_favail, room.f_files,
                   kind.f_type,   (room.f_flag & ST_RDONLY) != 0};
}

std::uint64_t device_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_dev : 0;
}

}  // namespace

void judge_disk(const DiskFacts& facts, std::uint64_t may_grow_bytes, Findings& findings) {
  const std::size_t before = findings.list().size();
  const std::string free = str_cat(bytes_text(facts.free_bytes), " are free");
  const Filesystem* unsafe = find_unsafe(facts.type);
  if (facts.is_read_only) {
    findings.fail("mounted read-only", facts.path, "look for a failing disk (dmesg), remount it");
  }
  if (unsafe != nullptr && unsafe->is_remote) {
    findings.fail(str_cat("a ", unsafe->name, " filesystem, whose locks SQLite cannot rely on"),
                  facts.path, "move the state directory to a disk of this machine");
  } else if (unsafe != nullptr) {
    findings.warn(str_cat("a ", unsafe->name, " filesystem: what is on it ends with the machine"),
                  facts.path, "move the state directory to a disk, unless this is a trial");
  }
  if (facts.free_bytes < kFreeBytesMin) {
    findings.fail(str_cat("only ", free), facts.path,
                  "make room: lower store.retention_days or store.max_bytes and run `penstock "
                  "store prune`; remove nothing in spool/");
  } else if (facts.free_bytes < kFreeBytesWanted) {
    findings.warn(str_cat("only ", free), facts.path,
                  "make room soon, or bound the store by store.max_bytes");
  } else if (facts.free_bytes < may_grow_bytes) {
    findings.warn(
        str_cat(free, ", and spool.max_bytes lets the spool grow by ", bytes_text(may_grow_bytes)),
        facts.path, "lower spool.max_bytes, or a larger disk");
  }
  if (facts.inodes > 0 && facts.free_inodes < kFreeInodesMin) {
    findings.fail(str_cat("only ", facts.free_inodes, " files more can be made"), facts.path,
                  "remove files that nobody needs: df -i");
  }
  if (findings.list().size() == before) findings.ok(free, facts.path);
}

void check_disk(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  const std::string spool = config.spool_path();
  std::vector<std::uint64_t> seen;
  for (const std::string& path : {spool, config.store_path(), config.state_dir}) {
    const auto facts = disk_of(path);
    if (!facts) {
      findings.warn("cannot be looked at", path, "run it as root");
      continue;
    }
    const std::uint64_t device = device_of(facts->path);
    if (std::find(seen.begin(), seen.end(), device) != seen.end()) continue;
    seen.push_back(device);
    const bool has_spool = path == spool;
    judge_disk(*facts, has_spool ? static_cast<std::uint64_t>(config.spool.max_bytes) : 0,
               findings);
  }
}

}  // namespace penstock::cli
