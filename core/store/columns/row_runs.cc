#include "store/columns/row_runs.h"

#include <cstring>
#include <limits>
#include <vector>

#include "store/columns/int_block.h"

namespace penstock::store {
namespace {

// The form: the number of runs in four bytes, a block of their first ids, one of their lengths.
constexpr const char* kStep = "read a block of row ids";

}  // namespace

void append_row_runs(std::span<const std::int64_t> rows, std::string& out) {
  std::vector<std::int64_t> firsts;
  std::vector<std::uint32_t> lengths;
  for (const std::int64_t row : rows) {
    if (!firsts.empty() && firsts.back() + lengths.back() == row) {
      ++lengths.back();
    } else {
      firsts.push_back(row);
      lengths.push_back(1);
    }
  }
  const auto count = static_cast<std::uint32_t>(firsts.size());
  out.append(reinterpret_cast<const char*>(&count), sizeof count);
  append_int_block(firsts, out);
  append_int_block(lengths, out);
}

Result<void> read_row_runs(std::string_view bytes, std::span<std::int64_t> out) {
  std::uint32_t count = 0;
  if (bytes.size() < sizeof count) return fail(ErrorCode::kCorrupt, kStep);
  std::memcpy(&count, bytes.data(), sizeof count);
  bytes.remove_prefix(sizeof count);
  if (count > out.size()) return fail(ErrorCode::kCorrupt, kStep);
  std::vector<std::int64_t> firsts(count);
  std::vector<std::uint32_t> lengths(count);
  auto first_bytes = int_block_bytes(bytes, count);
  if (!first_bytes) return fail(first_bytes.error());
  PENSTOCK_TRY(read_int_block(bytes.substr(0, *first_bytes), std::span(firsts)));
  PENSTOCK_TRY(read_int_block(bytes.substr(*first_bytes), std::span(lengths)));

  std::size_t at = 0;
  for (std::size_t run = 0; run < count; ++run) {
    const std::int64_t first = firsts[run];
    const std::uint32_t length = lengths[run];
    const bool is_ascending = at == 0 || first > out[at - 1];
    if (length == 0 || length > out.size() - at || !is_ascending ||
        first > std::numeric_limits<std::int64_t>::max() - length) {
      return fail(ErrorCode::kCorrupt, kStep);
    }
    for (std::uint32_t i = 0; i < length; ++i) out[at++] = first + i;
  }
  if (at != out.size()) return fail(ErrorCode::kCorrupt, kStep);
  return {};
}

}  // namespace penstock::store
