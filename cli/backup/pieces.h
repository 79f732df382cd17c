// What a backup and a restore do with files and folders.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::cli {

// Copies of one file, durable but for the entry in the folder; for the owner alone (mode 0600).
// Nothing may be under the new name. kConfiguration for what is no plain file, and for a link that
// neither root nor the file's owner has made.
Result<void> copy_file(const std::string& from, const std::string& to);
// The same for an SQLite database that is in use.
Result<void> copy_database(const std::string& from, const std::string& to);

// The regular files of a folder and below it, links not followed; 0 for what is not there.
std::uint64_t bytes_below(const std::string& path);

// What may still be written to the disk of a folder that is there.
Result<std::uint64_t> room_at(const std::string& folder);
// "12 GB are needed at X, which has 3 GB" or "" where there is room enough.
std::string lack_of_room(const std::string& folder, std::uint64_t needed_bytes);

// Syncs every folder of the tree, the innermost first.
Result<void> sync_folders(const std::string& root);

// As root: gives the tree to us. Others are of one owner from the start.
Result<void> own_tree(const std::string& root);

// Removes what this program has made, with all that is in it. Nothing there is no failure.
Result<void> remove_tree(const std::string& path);

// What lies in a folder, by name; nothing for what cannot be listed.
std::vector<std::string> names_in(const std::string& folder);

// Absolute, without links and dots as far as it is there, and without a slash at its end.
std::string plain_path(const std::string& path);
// Whether it is `folder` or lies within it; of two plain paths.
bool is_within(const std::string& path, const std::string& folder);

// Whether nothing, or an empty folder, is there.
bool is_vacant(const std::string& path);

}  // namespace penstock::cli
