#include "store/columns/int_block.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include "base/wide.h"

namespace penstock::store {
namespace {

// The form: one byte with the width, eight with the least number, then the differences; all of them
// with the least significant byte first, as they lie in memory here. The width is that of a
// difference in bytes; or kBits and what it has in bits. Of n to a byte, the bytes have the first
// n-th of the differences in their lowest bits, the second one in the next, and so on. Of more than
// 8 bits, the lower 8 or 16 of all differences come first, as bytes, and then the bits above them.
static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kHeadBytes = 9;
constexpr std::size_t kBits = 16;

constexpr const char* kStep = "read a block of numbers";

// Of a width of more than 8 bits: those that come first, and those above.
template <std::size_t kLow, std::size_t kHigh>
struct Parts {
  static constexpr std::size_t kLower = kLow;
  static constexpr std::size_t kUpper = kHigh;
};

// Calls `use` with a width's Parts, where it has such.
template <class Use>
void with_parts(std::size_t width, Use use) {
  switch (width) {
    case kBits + 9:
      return use(Parts<8, 1>{});
    case kBits + 10:
      return use(Parts<8, 2>{});
    case kBits + 12:
      return use(Parts<8, 4>{});
    case kBits + 17:
      return use(Parts<16, 1>{});
    case kBits + 18:
      return use(Parts<16, 2>{});
    case kBits + 20:
      return use(Parts<16, 4>{});
    case kBits + 24:
      return use(Parts<16, 8>{});
    default:
      return;
  }
}

std::size_t width_of(std::uint64_t greatest) {
  if (greatest == 0) return 0;
  const auto needed = static_cast<std::size_t>(std::bit_width(greatest));
  for (const std::size_t bits : {1U, 2U, 4U, 8U, 9U, 10U, 12U, 16U, 17U, 18U, 20U, 24U, 32U}) {
    if (needed > bits) continue;
    const bool is_bytes = bits == 8 || bits == 16 || bits == 32;
    return is_bytes ? bits / 8 : kBits + bits;
  }
  return 8;
}

// Of `bits` (1, 2, 4 or 8) each.
constexpr std::size_t bytes_of_bits(std::size_t bits, std::size_t count) {
  const std::size_t a_byte = 8 / bits;
  return (count + a_byte - 1) / a_byte;
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
    case kBits + 4:
      return bytes_of_bits(width - kBits, count);
    default:
      break;
  }
  std::optional<std::size_t> bytes;
  with_parts(width, [&](auto parts) {
    bytes = count * parts.kLower / 8 + bytes_of_bits(parts.kUpper, count);
  });
  return bytes;
}

// Differences are taken as unsigned numbers, so that they fit between any two.
template <class T>
std::uint64_t difference(T number, T least) {
  return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(least);
}

// What fits of the differences without their kShift lowest bits.
template <class Narrow, std::size_t kShift = 0, class T>
void append_differences(std::span<const T> numbers, T least, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + numbers.size() * sizeof(Narrow));
  char* at = out.data() + begin;
  for (const T number : numbers) {
    const auto narrow = static_cast<Narrow>(difference(number, least) >> kShift);
    std::memcpy(at, &narrow, sizeof narrow);
    at += sizeof narrow;
  }
}

template <std::size_t kDifferenceBits, std::size_t kShift = 0, class T>
void append_bits(std::span<const T> numbers, T least, std::string& out) {
  const std::size_t begin = out.size();
  const std::size_t bytes = bytes_of_bits(kDifferenceBits, numbers.size());
  out.resize(begin + bytes);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto bits = difference(numbers[i], least) >> kShift << i / bytes * kDifferenceBits;
    char& byte = out[begin + i % bytes];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | static_cast<unsigned char>(bits));
  }
}

template <class P, class T>
void append_parts(P, std::span<const T> numbers, T least, std::string& out) {
  using Lower = std::conditional_t<P::kLower == 8, std::uint8_t, std::uint16_t>;
  append_differences<Lower>(numbers, least, out);
  if constexpr (P::kUpper == 8) {
    append_differences<std::uint8_t, P::kLower>(numbers, least, out);
  } else {
    append_bits<P::kUpper, P::kLower>(numbers, least, out);
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
      with_parts(width, [&](auto parts) { append_parts(parts, numbers, least, out); });
      return;
  }
}

// The inner loops have a fixed number of rounds, so that they become wide at -O2 too.
constexpr std::size_t kRounds = 64;

// Of `base`; or, above kShift bits, of what `out` has already.
template <std::size_t kDifferenceBits, std::size_t kShift = 0, class T>
void add_bits(const char* __restrict from, std::uint64_t base, std::span<T> out) {
  constexpr std::uint8_t kMask = (1 << kDifferenceBits) - 1;
  using Unsigned = std::make_unsigned_t<T>;
  const auto least = static_cast<Unsigned>(base);
  const std::size_t bytes = bytes_of_bits(kDifferenceBits, out.size());
  std::size_t shift = 0;
  for (std::size_t begin = 0; begin < out.size(); begin += bytes, shift += kDifferenceBits) {
    const std::size_t count = std::min(bytes, out.size() - begin);
    T* __restrict const to = out.data() + begin;
    const auto put = [=](std::size_t at, std::uint8_t byte) {
      const Unsigned lower = kShift == 0 ? least : static_cast<Unsigned>(to[at]);
      to[at] = static_cast<T>(lower + (static_cast<Unsigned>(byte >> shift & kMask) << kShift));
    };
    std::size_t first = 0;
    for (; first + kRounds <= count; first += kRounds) {
      std::uint8_t some[kRounds];
      std::memcpy(some, from + first, sizeof some);
      for (std::size_t i = 0; i < kRounds; ++i) put(first + i, some[i]);
    }
    for (; first < count; ++first) put(first, static_cast<std::uint8_t>(from[first]));
  }
}

template <class Narrow, std::size_t kShift = 0, class T>
void add_differences(const char* __restrict from, std::uint64_t base, std::span<T> out) {
  using Unsigned = std::make_unsigned_t<T>;
  const auto least = static_cast<Unsigned>(base);
  T* __restrict const to = out.data();
  const auto put = [=](std::size_t at, Narrow narrow) {
    const Unsigned lower = kShift == 0 ? least : static_cast<Unsigned>(to[at]);
    to[at] = static_cast<T>(lower + (static_cast<Unsigned>(narrow) << kShift));
  };
  std::size_t first = 0;
  for (; first + kRounds <= out.size(); first += kRounds) {
    Narrow some[kRounds];
    std::memcpy(some, from + first * sizeof(Narrow), sizeof some);
    for (std::size_t i = 0; i < kRounds; ++i) put(first + i, some[i]);
  }
  for (; first < out.size(); ++first) {
    Narrow narrow = 0;
    std::memcpy(&narrow, from + first * sizeof narrow, sizeof narrow);
    put(first, narrow);
  }
}

template <class P, class T>
void add_parts(P, const char* from, std::uint64_t base, std::span<T> out) {
  using Lower = std::conditional_t<P::kLower == 8, std::uint8_t, std::uint16_t>;
  add_differences<Lower>(from, base, out);
  const char* const upper = from + out.size() * sizeof(Lower);
  if constexpr (P::kUpper == 8) {
    add_differences<std::uint8_t, P::kLower>(upper, 0, out);
  } else {
    add_bits<P::kUpper, P::kLower>(upper, 0, out);
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
    case 8:
      add_differences<std::uint64_t>(from, base, out);
      return {};
    default:
      with_parts(static_cast<std::size_t>(width),
                 [&](auto parts) { add_parts(parts, from, base, out); });
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

PENSTOCK_WIDE Result<void> read_int_block(std::string_view bytes, std::span<std::int64_t> out) {
  return read_block(bytes, out);
}

PENSTOCK_WIDE Result<void> read_int_block(std::string_view bytes, std::span<std::uint32_t> out) {
  return read_block(bytes, out);
}

}  // namespace penstock::store
