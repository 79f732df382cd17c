// The table of what can be imported, by the names that people type.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "import/contract/row_reader.h"
#include "import/split/splitter.h"

namespace penstock::importing {

enum class Framing : std::uint8_t {
  kLines,
  kJson,   // A document a line, or one array.
  kTable,  // CSV, or a database's dump.
  kJsonOrTable,
  kRows,  // JSON or CSV.
};

struct Format {
  std::string_view name;   // "combined"; found in any case.
  std::string_view title;  // What files these are, in a few words.
  Framing framing;
  // Nullptr with a sentence in `problem` where the options do not fit.
  std::unique_ptr<RowReader> (*make)(const Format& format, const FormatOptions& options,
                                     std::string& problem);
  std::string_view format_string = {};  // In place of the person's.
  bool keeps_ids = false;               // Its events' ids are our own, to be kept as they are.
  // Times without a zone are a count of seconds, as if local time were UTC.
  bool has_local_epoch = false;
};

std::span<const Format> formats();
// Nullptr where there is none.
const Format* format_named(std::string_view name);

// For one file, by its first bytes.
std::unique_ptr<Splitter> make_splitter(const Format& format, std::string_view beginning);
inline constexpr std::size_t kBeginningBytes = 4096;

}  // namespace penstock::importing
