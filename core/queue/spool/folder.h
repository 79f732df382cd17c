// What lies where in the spool's folder.
//
//   consumer.lock          held by the one consumer
//   cursor.db  dead.db     the consumer's place; messages set aside
//   INSTANCE/              one intake process; names sort by its start
//     lock                 held for the process's life
//     000001-r0.db         a segment: the first of reactor 0; with -wal and -shm
//     000001-r0.open       there as long as the segment is written to
//
// Whether a segment is complete is said by a file that goes away, because removing needs no room:
// on a full disk the consumer must still learn what it may remove.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::queue {

struct SegmentName {
  std::uint64_t number = 0;
  std::uint32_t reactor = 0;

  // "000001-r0".
  std::string text() const;
  // From "000001-r0.db"; nullopt for any other file.
  static std::optional<SegmentName> parse(std::string_view file_name);
};

// One segment. The files are `path` and ".db", ".db-wal", ".db-shm", ".open".
struct SegmentPlace {
  std::string instance;
  SegmentName name;

  // "INSTANCE/000001-r0".
  std::string text() const { return instance + "/" + name.text(); }
  std::string path(const std::string& spool) const { return spool + "/" + text(); }
};

// Creates the folder, mode 0750 or as files::mode_in() has it, where it is missing, and its parents
// likewise; synced.
// kConfiguration or kExhausted.
Result<void> make_spool_folder(const std::string& path);

// Names of the instances' folders, oldest first.
std::vector<std::string> list_instances(const std::string& spool);

// The segments of one instance, by number and reactor.
std::vector<SegmentPlace> list_segments(const std::string& spool, const std::string& instance);

// Whether the instance's process has ended.
bool is_instance_dead(const std::string& spool, const std::string& instance);

// Whether the writer has given the segment up, apart from its process's end.
bool is_segment_closed(const std::string& segment_path);

std::uint64_t segment_bytes_on_disk(const std::string& segment_path);

void remove_segment(const std::string& segment_path);

// Renames the segment's files to *.bad, where nothing looks for them but a person. After an error
// the .db has its name still.
Result<void> set_segment_aside(const std::string& segment_path);

// Removes a dead instance's folder unless something is left in it that a person should see.
void remove_instance_if_done(const std::string& spool, const std::string& instance);

// Segments that were set aside and lie there still.
std::uint64_t count_bad_segments(const std::string& spool);

// Bytes of all files in the instances' folders.
std::uint64_t spool_bytes_on_disk(const std::string& spool);

}  // namespace penstock::queue
