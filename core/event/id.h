// The id is the address of an event: 16 bytes in UUIDv7 shape (RFC 9562, section 5.7).
//
// Bytes 0 to 5 are a time in milliseconds, big-endian. The rest, key(), is random or, where the
// client sent its own message id, a hash of project and message id that does not depend on the
// time: a client's retry has the same key, whatever time it says, and is stored once. The lowest
// bit of all says which of the two it is. Ids compare as their bytes, which is nearly their order
// of arrival.
//
// The hash is BLAKE2b: 73 bits of it stand in the key, too many for anybody to find the id with
// which an event of one project would pass for another project's.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace penstock::event {

struct Id {
  std::array<std::uint8_t, 16> bytes{};

  // NOLINTNEXTLINE(modernize-use-nullptr): it takes what compares with 0 for a null pointer.
  auto operator<=>(const Id&) const = default;

  std::int64_t time_ms() const;
  // Whether the client named the event, so that another with the same key() is the same event.
  bool is_from_client() const { return (bytes[15] & 1) != 0; }
  // The ten bytes behind the time.
  std::string_view key() const { return view().substr(6); }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // 32 lower-case hex digits.
  std::string hex() const;

  // From 32 hex digits, with or without a UUID's dashes; nullopt otherwise.
  static std::optional<Id> from_hex(std::string_view text);
  // Requires 16 bytes.
  static Id from_bytes(std::string_view bytes);
};

// Ids that no client chose. Two ids of one maker with the same time ascend: behind the time stand
// 32 bits of a counter, which begins anywhere, and 41 random ones. One thread.
class IdMaker {
 public:
  // Takes `random`.
  explicit IdMaker(Random random);

  // `time_ms` is the event's occurred_at; it need not ascend.
  Id make(std::int64_t time_ms);

 private:
  Random random_;
  std::uint32_t counter_;
};

// The id of an event to which the client gave `client_id`. The same three arguments give the same
// id, the first two the same key. `time_ms` is the client's own time or, without one,
// start_of_day(received_at).
Id id_of_client(std::string_view project, std::string_view client_id, std::int64_t time_ms);

// `id` with another time in its first 48 bits.
Id with_time(const Id& id, std::int64_t time_ms);

std::int64_t start_of_day(std::int64_t wall_ms);

}  // namespace penstock::event
