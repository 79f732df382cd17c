#include "store/columns/int_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

namespace penstock::store {
namespace {

// The form: one byte with the width, eight with the least number, then the differences; all of them
// with the least significant byte first, as they lie in memory here. The width is that of a
// difference in bytes; or kBits and what it has in bits. Of n to a byte, the bytes have the first
// n-th of the differences in their lowest bits, the second one in the next, and so on.
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kHeadBytes = 9;
constexpr std::size_t kBits = 16;

constexpr const char* kStep = "read a block of numbers";

std::size_t width_of(std::uint64_t greatest) {
  if (greatest == 0) return 0;
  for (const unsigned bits : {1u, 2u, 4u}) {
    if (greatest < (std::uint64_t{1} << bits)) return kBits + bits;
  }
  if (greatest <= std::numeric_limits<std::uint8_t>::max()) return 1;
  if (greatest <= std::numeric_limits<std::uint16_t>::max()) return 2;
  return greatest <= std::numeric_limits<std::uint32_t>::max() ? 4 : 8;
}

// Nullopt for a width that no writer gives.
std::optional<std::size_t> bytes_of(std::size_t width, std::size_t count) {
  switch (width) {
    case 0:
    case 1:
    case 2:
    case 4:
    case 8:
      return width * count;
    case kBits + 1:
    case kBits + 2:
    case kBits + 4: {
      const std::size_t a_byte = 8 / (width - kBits);
      return (count + a_byte - 1) / a_byte;
    }
    default:
      return std::nullopt;
  }
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

template <std::size_t kDifferenceBits, class T>
void append_bits(std::span<const T> numbers, T least, std::string& out) {
  const std::size_t begin = out.size();
  const std::size_t bytes = *bytes_of(kBits + kDifferenceBits, numbers.size());
  out.resize(begin + bytes);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto bits = difference(numbers[i], least) << i / bytes * kDifferenceBits;
    char& byte = out[begin + i % bytes];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | static_cast<unsigned char>(bits));
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
    case kBits + 1:
      return append_bits<1>(numbers, least, out);
    case kBits + 2:
      return append_bits<2>(numbers, least, out);
    case kBits + 4:
      return append_bits<4>(numbers, least, out);
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

// The inner loops have a fixed number of rounds, so that they become wide at -O2 too.
constexpr std::size_t kRounds = 64;

template <std::size_t kDifferenceBits, class T>
void add_bits(const char* __restrict from, std::uint64_t base, std::span<T> out) {
  constexpr std::uint8_t kMask = (1 << kDifferenceBits) - 1;
  using Unsigned = std::make_unsigned_t<T>;
  const auto least = static_cast<Unsigned>(base);
  const std::size_t bytes = *bytes_of(kBits + kDifferenceBits, out.size());
  std::size_t shift = 0;
  for (std::size_t begin = 0; begin < out.size(); begin += bytes, shift += kDifferenceBits) {
    const std::size_t count = std::min(bytes, out.size() - begin);
    T* __restrict const to = out.data() + begin;
    std::size_t first = 0;
    for (; first + kRounds <= count; first += kRounds) {
      std::uint8_t some[kRounds];
      std::memcpy(some, from + first, sizeof some);
      for (std::size_t i = 0; i < kRounds; ++i) {
        to[first + i] = static_cast<T>(least + static_cast<Unsigned>(some[i] >> shift & kMask));
      }
    }
    for (; first < count; ++first) {
      const auto byte = static_cast<std::uint8_t>(from[first]);
      to[first] = static_cast<T>(least + static_cast<Unsigned>(byte >> shift & kMask));
    }
  }
}

template <class Narrow, class T>
void add_differences(const char* __restrict from, std::uint64_t base, std::span<T> out) {
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
    case kBits + 1:
      add_bits<1>(from, base, out);
      return {};
    case kBits + 2:
      add_bits<2>(from, base, out);
      return {};
    case kBits + 4:
      add_bits<4>(from, base, out);
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
  const auto needed = bytes_of(static_cast<unsigned char>(bytes[0]), count);
  if (!needed || bytes.size() - kHeadBytes < *needed) return fail(ErrorCode::kCorrupt, kStep);
  return kHeadBytes + *needed;
}

Result<void> read_int_block(std::string_view bytes, std::span<std::int64_t> out) {
  return read_block(bytes, out);
}

Result<void> read_int_block(std::string_view bytes, std::span<std::uint32_t> out) {
  return read_block(bytes, out);
}

}  // namespace penstock::store
