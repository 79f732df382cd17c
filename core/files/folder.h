// Folders: made, opened and synced, with every failure told.
//
// A file or folder whose entry is not synced is gone after a power cut, with all that is in it.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::files {

// "/a/b" of "/a/b/c"; "." of "c", "/" of "/c".
std::string folder_of(std::string_view path);
// "c" of "/a/b/c".
std::string name_of(std::string_view path);

// What the group of a folder may do there, its members may do with what is made in it: a folder
// that is set up for that (the setgid bit, and the group may write) adds the group's rights to
// `mode`. Any other folder, or none, leaves it as it is.
mode_t mode_in(const std::string& folder, mode_t mode);

// For reading, syncing and the *at() calls. Where we are root, a link on the way is followed only
// if root or the owner of what it leads to has made it: else a folder's owner could lead root's
// writes to where he may not write himself. kConfiguration with ELOOP for such a link.
Result<Descriptor> open_folder(const std::string& path);

// Whether the folder is there and what is in it may be listed and opened.
Result<void> check_folder(const std::string& path);

// kExhausted where the disk fails; kConfiguration where there is no such folder.
Result<void> sync_folder(const std::string& path);

// All that was written on the folder's file system, by whomever, is durable: of many files at the
// price of one. kExhausted where the disk has failed since the folder was opened, or since the last
// call.
Result<void> sync_file_system(const Descriptor& folder);

// Makes the folder where it is missing, and its entry durable. An existing one keeps its mode.
Result<void> make_folder(const std::string& path, mode_t mode);
// The same for every part of the path that is missing.
Result<void> make_folders(const std::string& path, mode_t mode);

}  // namespace penstock::files
