#include "event/id.h"

#include <algorithm>
#include <cstring>

#include <endian.h>

#include "base/check.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace penstock::event {
namespace {

constexpr std::size_t kTimeBytes = 6;
constexpr std::uint64_t kFromClientBit = 1;
constexpr std::int64_t kTimeMax = (std::int64_t{1} << 48) - 1;

// The number with its bytes in the order of an id's, the highest first.
std::uint64_t big_endian(std::uint64_t number) { return htobe64(number); }

void put_time(Id& id, std::int64_t time_ms) {
  const auto bits = static_cast<std::uint64_t>(std::clamp<std::int64_t>(time_ms, 0, kTimeMax));
  const auto in_order = big_endian(bits << 8 * (sizeof bits - kTimeBytes));
  std::memcpy(id.bytes.data(), &in_order, kTimeBytes);
}

// The ten bytes behind the time, from `high` (16 bits) and `low`, under UUIDv7's two marks.
Id make_id(std::int64_t time_ms, std::uint64_t high, std::uint64_t low) {
  Id id;
  put_time(id, time_ms);
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (high >> 8 & 0x0f));
  id.bytes[7] = static_cast<std::uint8_t>(high);
  const auto low_in_order = big_endian(low);
  std::memcpy(&id.bytes[8], &low_in_order, sizeof low_in_order);
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

}  // namespace

std::int64_t Id::time_ms() const {
  std::int64_t time = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) time = time << 8 | bytes[i];
  return time;
}

std::string Id::hex() const {
  std::string out;
  out.reserve(32);
  append_hex(out, view());
  return out;
}

std::optional<Id> Id::from_hex(std::string_view text) {
  constexpr std::size_t kUuidBytes = 36;
  const bool has_dashes = text.size() == kUuidBytes;
  if (!has_dashes && text.size() != 32) return std::nullopt;
  Id id;
  std::size_t at = 0;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (has_dashes && (at == 8 || at == 13 || at == 18 || at == 23)) {
      if (text[at++] != '-') return std::nullopt;
    }
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return id;
}

Id Id::from_bytes(std::string_view bytes) {
  PENSTOCK_CHECK(bytes.size() == 16);
  Id id;
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return id;
}

// Half of the range is left, so that the counter does not wrap for two milliard ids.
IdMaker::IdMaker(Random random)
    : random_(random), counter_(static_cast<std::uint32_t>(random_.next()) >> 1) {}

Id IdMaker::make(std::int64_t time_ms) {
  const std::uint32_t counter = counter_++;
  const std::uint64_t high = counter >> 20;
  const std::uint64_t low = std::uint64_t{counter & 0xfffff} << 42 | random_.next() >> 22;
  return make_id(time_ms, high, low & ~kFromClientBit);
}

Id id_of_client(std::string_view project, std::string_view client_id, std::int64_t time_ms) {
  const crypto::Digest digest = crypto::digest_of(project, client_id);
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | digest[i];
    low = low << 8 | digest[8 + i];
  }
  return make_id(time_ms, high, low | kFromClientBit);
}

Id with_time(const Id& id, std::int64_t time_ms) {
  Id moved = id;
  put_time(moved, time_ms);
  return moved;
}

std::int64_t start_of_day(std::int64_t wall_ms) {
  const std::int64_t into_day = wall_ms % kDayMs;
  return wall_ms - (into_day < 0 ? into_day + kDayMs : into_day);
}

}  // namespace penstock::event
