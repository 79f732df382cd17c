// manifest.json of a backup: what it is, and which files with which sizes belong to it.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/contract/store_copy.h"

namespace penstock::cli {

inline constexpr std::string_view kManifestName = "manifest.json";
// Of what a backup's folder looks like; a program refuses one that is newer than its own.
inline constexpr std::int64_t kBackupFormat = 1;

struct Manifest {
  std::int64_t format = kBackupFormat;
  std::string version;  // Of the program that made it.
  std::string made_at;  // RFC 3339.
  std::string owner;    // Name of the user whose the state directory was; "" for none.
  std::vector<store::CopiedFile> files;
  std::vector<std::string> left_out;  // Paths of what was damaged.
};

std::string manifest_text(const Manifest& manifest);

// kConfiguration with ENOENT where there is none; kRejected for one that cannot be read.
Result<Manifest> read_manifest(const std::string& folder);

}  // namespace penstock::cli
