#include "store/columns/int_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

namespace penstock::store {
namespace {

// The form: one byte with the width, eight with the least number, then the differences; all of them
// with the least significant byte first, as they lie in memory here.
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kHeadBytes = 9;

constexpr const char* kStep = "read a block of numbers";

std::size_t width_of(std::uint64_t greatest) {
  if (greatest == 0) return 0;
  if (greatest <= std::numeric_limits<std::uint8_t>::max()) return 1;
  if (greatest <= std::numeric_limits<std::uint16_t>::max()) return 2;
  return greatest <= std::numeric_limits<std::uint32_t>::max() ? 4 : 8;
}

// Differences are taken as unsigned numbers, so that they fit between any two.
template <class T>
std::uint64_t difference(T number, T least) {
  return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least);
}

template <class Narrow, class T>
void append_differences(std::span<const T> numbers, T least, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + numbers.size() * sizeof(Narrow));
  char* at = out.data() + begin;
  for (const T number : numbers) {
    const auto narrow = static_cast<Narrow>(difference(number, least));
    std::memcpy(at, &narrow, sizeof narrow);
    at += sizeof narrow;
  }
}

template <class T>
void append_block(std::span<const T> numbers, std::string& out) {
  T least = 0;
  T greatest = 0;
  if (!numbers.empty()) {
    const auto [first, last] = std::minmax_element(numbers.begin(), numbers.end());
    least = *first;
    greatest = *last;
  }
  const std::size_t width = width_of(difference(greatest, least));
  const auto base = static_cast<std::int64_t>(least);
  char head[kHeadBytes];
  head[0] = static_cast<char>(width);
  std::memcpy(head + 1, &base, sizeof base);
  out.append(head, sizeof head);
  switch (width) {
    case 1:
      return append_differences<std::uint8_t>(numbers, least, out);
    case 2:
      return append_differences<std::uint16_t>(numbers, least, out);
    case 4:
      return append_differences<std::uint32_t>(numbers, least, out);
    case 8:
      return append_differences<std::uint64_t>(numbers, least, out);
    default:
      return;
  }
}

// The inner loop has a fixed number of rounds, so that it becomes wide at -O2 too.
template <class Narrow, class T>
void add_differences(const char* __restrict from, std::uint64_t base, std::span<T> out) {
  constexpr std::size_t kRounds = 64;
  using Unsigned = std::make_unsigned_t<T>;
  const auto least = static_cast<Unsigned>(base);
  T* __restrict const to = out.data();
  std::size_t first = 0;
  for (; first + kRounds <= out.size(); first += kRounds) {
    Narrow narrow[kRounds];
    std::memcpy(narrow, from + first * sizeof(Narrow), sizeof narrow);
    for (std::size_t i = 0; i < kRounds; ++i) {
      to[first + i] = static_cast<T>(least + static_cast<Unsigned>(narrow[i]));
    }
  }
  for (; first < out.size(); ++first) {
    Narrow narrow = 0;
    std::memcpy(&narrow, from + first * sizeof narrow, sizeof narrow);
    to[first] = static_cast<T>(least + static_cast<Unsigned>(narrow));
  }
}

template <class T>
Result<void> read_block(std::string_view bytes, std::span<T> out) {
  auto whole = int_block_bytes(bytes, out.size());
  if (!whole) return fail(whole.error());
  if (*whole != bytes.size()) return fail(ErrorCode::kCorrupt, kStep);
  std::int64_t least = 0;
  std::memcpy(&least, bytes.data() + 1, sizeof least);
  const auto base = static_cast<std::uint64_t>(least);
  const char* const from = bytes.data() + kHeadBytes;
  const int width = static_cast<unsigned char>(bytes[0]);
  if constexpr (sizeof(T) < sizeof(std::int64_t)) {
    // So that no sum of the two goes beyond it.
    constexpr std::int64_t kMax = std::numeric_limits<std::int32_t>::max();
    if (width == 8 || least < 0 || least > kMax) return fail(ErrorCode::kCorrupt, kStep);
  }
  switch (width) {
    case 0:
      std::fill(out.begin(), out.end(), static_cast<T>(base));
      return {};
    case 1:
      add_differences<std::uint8_t>(from, base, out);
      return {};
    case 2:
      add_differences<std::uint16_t>(from, base, out);
      return {};
    case 4:
      add_differences<std::uint32_t>(from, base, out);
      return {};
    default:
      add_differences<std::uint64_t>(from, base, out);
      return {};
  }
}

}  // namespace

void append_int_block(std::span<const std::int64_t> numbers, std::string& out) {
  append_block(numbers, out);
}

void append_int_block(std::span<const std::uint32_t> numbers, std::string& out) {
  append_block(numbers, out);
}

Result<std::size_t> int_block_bytes(std::string_view bytes, std::size_t count) {
  if (bytes.size() < kHeadBytes) return fail(ErrorCode::kCorrupt, kStep);
  const auto width = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0]));
  const bool is_width = width <= 2 || width == 4 || width == 8;
  if (!is_width || (bytes.size() - kHeadBytes) < width * count) {
    return fail(ErrorCode::kCorrupt, kStep);
  }
  return kHeadBytes + width * count;
}

Result<void> read_int_block(std::string_view bytes, std::span<std::int64_t> out) {
  return read_block(bytes, out);
}

Result<void> read_int_block(std::string_view bytes, std::span<std::uint32_t> out) {
  return read_block(bytes, out);
}

}  // namespace penstock::store
