// Cuts a file that is read piece by piece into rows: lines, elements of a JSON array, rows of a CSV
// or of a database dump. Memory is bounded by the longest row that is taken, whatever the file is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace penstock::importing {

// Longer ones are passed over, and told: an event may have a quarter of a megabyte, a visit with
// all that it did some megabytes.
inline constexpr std::size_t kRowBytesMax = 8 << 20;

// Of a table. Nobody's has more.
inline constexpr std::size_t kColumnsMax = 1'000;

struct Cell {
  std::string_view name;  // Of its column.
  std::string_view text;  // "" where it is NULL.
};

// Views, for the call.
struct Row {
  // The whole row: a line without its end, a JSON text with kReadablePadding bytes behind it, or
  // the cells one after another, which tells two rows apart.
  std::string_view text;
  std::span<const Cell> cells = {};  // Of a CSV or a dump.
  std::string_view table = {};       // Of a dump: "website_event".
  std::uint64_t line = 0;            // On which it begins, from 1.
};

class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void on_row(const Row& row) = 0;
  // A row that could not be cut out. `problem` is static: "is longer than 8 MiB".
  virtual void on_bad_row(std::uint64_t line, std::string_view problem) = 0;
};

inline constexpr std::string_view kTooLong = "is longer than 8 MiB";

// For one file.
class Splitter {
 public:
  virtual ~Splitter() = default;
  // The next bytes; only `sink` keeps anything of them.
  virtual void feed(std::string_view bytes, RowSink& sink) = 0;
  // There are no more. Once.
  virtual void end(RowSink& sink) = 0;
};

}  // namespace penstock::importing
