// Ascending row ids as runs of neighbours: a batch's rows are numbered one behind the other.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::store {

void append_row_runs(std::span<const std::int64_t> rows, std::string& out);

// Reads out.size() ids. kCorrupt where `bytes` are not exactly so many, ascending.
Result<void> read_row_runs(std::string_view bytes, std::span<std::int64_t> out);

}  // namespace penstock::store
