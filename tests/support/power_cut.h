// A disk that loses its power, for SQLite in one process: a VFS over the system's that knows what
// was synced. For tests.
//
//   play_until_cut(live, after, 17, seed, [&] { …; });
//   the 17th write, truncation or sync of a database file below `live` never happens: `after` gets
//   what a machine would find there, and the process ends at once with kPowerCutExit.
//
// The model: what was written before a file's last sync is there; of what came after, any part may
// be, in units of 512 bytes (a torn write), whatever their order. A new file is there once anything
// in its folder was synced since, as on the journalling file systems; before that it may be gone.
// Removals are there at once. Files that SQLite does not write are copied as they are. syncfs() is
// a sync of every file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "base/text.h"
#include "support/counted_syncs.h"

namespace penstock::testing {

inline constexpr int kPowerCutExit = 33;

// One in a process; SQLite's default VFS for as long as it lives.
class PowerCutDisk {
 public:
  explicit PowerCutDisk(std::string live) : live_(std::move(live)) {
    below_ = sqlite3_vfs_find(nullptr);
    vfs_ = *below_;
    vfs_.zName = "power-cut";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + below_->szOsFile;
    vfs_.pAppData = this;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    PENSTOCK_CHECK(sqlite3_vfs_register(&vfs_, 1) == SQLITE_OK);
    file_system_sync = [this] {
      count();
      for (auto& [path, content] : files_) sync(content);
    };
  }
  ~PowerCutDisk() {
    file_system_sync = nullptr;
    sqlite3_vfs_unregister(&vfs_);
  }
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  // `call` counts from 1. Other seeds lose other parts.
  void cut_at(std::uint64_t call, std::string after, std::uint64_t seed) {
    cut_at_ = calls_ + call;
    after_ = std::move(after);
    random_ = Random(seed);
  }

  // From the first call on, before each `stride`-th: what cut_at() would leave is left in
  // `folder`/CALL, with the call for a seed, and the disk goes on.
  void leave_cuts(std::uint64_t stride, std::string folder) {
    stride_ = stride;
    after_ = std::move(folder);
  }

  // The power is gone at this moment, for the disk of play_until_cut().
  [[noreturn]] static void cut_now(std::string after, std::uint64_t seed) {
    auto* disk = static_cast<PowerCutDisk*>(sqlite3_vfs_find("power-cut")->pAppData);
    disk->cut_at(0, std::move(after), seed);
    disk->cut();
  }

  std::uint64_t calls() const { return calls_; }

 private:
  static constexpr std::size_t kSector = 512;

  struct Write {
    std::uint64_t offset;
    std::string bytes;
  };
  // What is known of a file below live/.
  struct Content {
    std::string synced;
    std::vector<Write> pending;  // An empty one truncates.
    bool has_name = false;       // Its folder was synced since it was made.
  };
  struct File {
    sqlite3_file base;
    PowerCutDisk* disk;
    Content* content;  // Null: not below live/, or shared memory's.
    sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* below(sqlite3_file* file) { return of(file).below(); }

  static std::string read(const std::string& path) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path, missing);
    std::string bytes(missing ? 0 : size, '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), std::ssize(bytes));
    return bytes;
  }

  static void apply(std::string& bytes, const Write& write) {
    if (write.bytes.empty()) {
      bytes.resize(write.offset);
      return;
    }
    if (bytes.size() < write.offset + write.bytes.size()) {
      bytes.resize(write.offset + write.bytes.size());
    }
    bytes.replace(write.offset, write.bytes.size(), write.bytes);
  }

  // Counts a call that changes the disk, and does not return from the last.
  void count() {
    if (++calls_ == cut_at_) cut();
    if (stride_ == 0 || (calls_ - 1) % stride_ != 0) return;
    random_ = Random(calls_);
    leave(str_cat(after_, "/", calls_));
  }

  [[noreturn]] void cut() {
    leave(after_);
    ::_exit(kPowerCutExit);
  }

  void leave(const std::string& after) {
    namespace fs = std::filesystem;
    fs::copy(live_, after, fs::copy_options::recursive);
    for (auto& [path, content] : files_) {
      const std::string copy = after + path.substr(live_.size());
      if (!content.has_name && random_.below(2) == 0) {
        fs::remove(copy);
        continue;
      }
      if (!fs::exists(copy)) continue;
      std::ofstream(copy, std::ios::binary | std::ios::trunc) << left_of(content);
    }
    for (const auto& entry : fs::recursive_directory_iterator(after)) {
      if (entry.path().native().ends_with("-shm")) fs::remove(entry.path());
    }
  }

  // Nothing of what was not synced, all of it, or any sectors of it.
  std::string left_of(const Content& content) {
    std::string bytes = content.synced;
    const std::uint64_t share = random_.below(3);
    for (const Write& write : content.pending) {
      if (share == 0 || write.bytes.empty()) {
        if (share == 1) apply(bytes, write);
        continue;
      }
      for (std::size_t at = 0; at < write.bytes.size(); at += kSector) {
        if (share == 1 || random_.below(2) == 0) {
          apply(bytes, {write.offset + at, write.bytes.substr(at, kSector)});
        }
      }
    }
    return bytes;
  }

  Content* content_of(const std::string& path) {
    if (!path.starts_with(live_ + "/")) return nullptr;
    if (!std::filesystem::exists(path)) {
      files_[path] = {};
    } else if (!files_.contains(path)) {
      files_[path] = {read(path), {}, true};
    }
    return &files_[path];
  }

  void sync(Content& content) {
    for (const Write& write : content.pending) apply(content.synced, write);
    content.pending.clear();
    const auto is_it = [&](const auto& file) { return &file.second == &content; };
    const auto self = std::find_if(files_.begin(), files_.end(), is_it);
    const auto folder = std::filesystem::path(self->first).parent_path();
    for (auto& [path, other] : files_) {
      if (std::filesystem::path(path).parent_path() == folder) other.has_name = true;
    }
  }

  // --- The VFS.

  static int open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags,
                  int* flags_out) {
    auto* disk = static_cast<PowerCutDisk*>(vfs->pAppData);
    file->pMethods = nullptr;
    of(file).disk = disk;
    of(file).content = name != nullptr ? disk->content_of(name) : nullptr;
    const int code = disk->below_->xOpen(disk->below_, name, below(file), flags, flags_out);
    if (below(file)->pMethods != nullptr) file->pMethods = &methods();
    return code;
  }

  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    auto* disk = static_cast<PowerCutDisk*>(vfs->pAppData);
    disk->count();
    disk->files_.erase(name);
    return disk->below_->xDelete(disk->below_, name, sync_folder);
  }

  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    if (Content* content = of(file).content) {
      of(file).disk->count();
      content->pending.push_back(
          {static_cast<std::uint64_t>(offset),
           std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
    }
    return below(file)->pMethods->xWrite(below(file), bytes, count, offset);
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (Content* content = of(file).content) {
      of(file).disk->count();
      content->pending.push_back({static_cast<std::uint64_t>(size), ""});
    }
    return below(file)->pMethods->xTruncate(below(file), size);
  }

  // The real sync is left out: nothing cuts the test's own power.
  static int sync(sqlite3_file* file, int flags) {
    Content* content = of(file).content;
    if (content == nullptr) return below(file)->pMethods->xSync(below(file), flags);
    of(file).disk->count();
    of(file).disk->sync(*content);
    return SQLITE_OK;
  }

  static sqlite3_io_methods& methods() {
    static sqlite3_io_methods table = {
        2,
        [](sqlite3_file* f) { return below(f)->pMethods->xClose(below(f)); },
        [](sqlite3_file* f, void* to, int count, sqlite3_int64 offset) {
          return below(f)->pMethods->xRead(below(f), to, count, offset);
        },
        write,
        truncate,
        sync,
        [](sqlite3_file* f, sqlite3_int64* size) {
          return below(f)->pMethods->xFileSize(below(f), size);
        },
        [](sqlite3_file* f, int level) { return below(f)->pMethods->xLock(below(f), level); },
        [](sqlite3_file* f, int level) { return below(f)->pMethods->xUnlock(below(f), level); },
        [](sqlite3_file* f, int* is_reserved) {
          return below(f)->pMethods->xCheckReservedLock(below(f), is_reserved);
        },
        [](sqlite3_file* f, int op, void* argument) {
          return below(f)->pMethods->xFileControl(below(f), op, argument);
        },
        [](sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); },
        [](sqlite3_file* f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
          return below(f)->pMethods->xShmMap(below(f), page, size, extend, out);
        },
        [](sqlite3_file* f, int offset, int count, int flags) {
          return below(f)->pMethods->xShmLock(below(f), offset, count, flags);
        },
        [](sqlite3_file* f) { below(f)->pMethods->xShmBarrier(below(f)); },
        [](sqlite3_file* f, int remove) { return below(f)->pMethods->xShmUnmap(below(f), remove); },
        nullptr,
        nullptr,
    };
    return table;
  }

  const std::string live_;
  sqlite3_vfs* below_;
  sqlite3_vfs vfs_{};
  std::map<std::string, Content> files_;  // Keeps its elements where they are.
  std::uint64_t calls_ = 0;
  std::uint64_t cut_at_ = 0;
  std::uint64_t stride_ = 0;
  std::string after_;
  Random random_{0};
};

// Plays `scenario` on a disk at `live`, in a process of its own, until the cut. False: it came to
// its end before.
template <class Scenario>
bool play_until_cut(const std::string& live, const std::string& after, std::uint64_t call,
                    std::uint64_t seed, Scenario scenario) {
  const pid_t child = ::fork();
  if (child == 0) {
    PowerCutDisk disk(live);
    disk.cut_at(call, after, seed);
    scenario();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  EXPECT_TRUE(code == 0 || code == kPowerCutExit) << "status " << status;
  return code == kPowerCutExit;
}

// The same cut at the first call, and each `stride`-th after it, in one play. What each left is in
// `folder`, by its call; these are returned, none where the scenario failed.
template <class Scenario>
std::vector<std::uint64_t> play_all_cuts(const std::string& live, const std::string& folder,
                                         std::uint64_t stride, Scenario scenario) {
  std::filesystem::create_directory(folder);
  const bool is_cut = play_until_cut(live, folder, 0, 0, [&] {
    static_cast<PowerCutDisk*>(sqlite3_vfs_find("power-cut")->pAppData)->leave_cuts(stride, folder);
    scenario();
  });
  EXPECT_FALSE(is_cut);
  std::vector<std::uint64_t> calls;
  while (std::filesystem::exists(str_cat(folder, "/", 1 + calls.size() * stride))) {
    calls.push_back(1 + calls.size() * stride);
  }
  return calls;
}

}  // namespace penstock::testing
