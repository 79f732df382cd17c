// The files of a segment, seen from outside: whether they have changed, are there, can be read.
#pragma once

#include <cstdint>
#include <string>

namespace penstock::queue {

// What changes with every commit into a segment that is being written.
struct SegmentTrace {
  std::int64_t bytes = 0;
  std::int64_t changed_ns = 0;

  bool operator==(const SegmentTrace&) const = default;
};
SegmentTrace trace_of_segment(const std::string& segment_path);

bool is_segment_gone(const std::string& segment_path);

// Reads the files as a whole. False: they cannot be, whoever has how much memory and how many
// descriptors; where we have none, that says nothing about the files.
bool is_segment_readable(const std::string& segment_path);

}  // namespace penstock::queue
