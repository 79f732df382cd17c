// Whole numbers as a block: the least one, and of each number what it is more, in as few bits (0,
// 1, 2, 4, 8 to 10, 12, 16 to 18, 20, 24, 32 or 64) as the greatest needs. So that reading is one
// loop or two that the compiler makes wide.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace penstock::store {

void append_int_block(std::span<const std::int64_t> numbers, std::string& out);
void append_int_block(std::span<const std::uint32_t> numbers, std::string& out);

// How many bytes at the beginning of `bytes` are a block of `count` numbers; kCorrupt where they
// are none.
Result<std::size_t> int_block_bytes(std::string_view bytes, std::size_t count);

// Reads out.size() numbers; of blocks from before there were so many widths, too. kCorrupt where
// `bytes` is not exactly a block of so many, or where a number does not fit.
Result<void> read_int_block(std::string_view bytes, std::span<std::int64_t> out);
Result<void> read_int_block(std::string_view bytes, std::span<std::uint32_t> out);

}  // namespace penstock::store
