// Every limit on an event that is part of the product and not of a configuration, with its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::event {

// A name is a label in charts; longer ones are a client's mistake.
inline constexpr std::size_t kNameBytesMax = 256;
inline constexpr std::size_t kProjectBytesMax = 64;
// user_id, anonymous_id, session_id and the client's own id. SDKs send UUIDs; some hash e-mails.
inline constexpr std::size_t kIdentityBytesMax = 256;
// What browsers still send and proxies still forward. What is longer is cut, and said to be.
inline constexpr std::size_t kUrlBytesMax = 8192;
// Real ones end well under this; what is longer is cut, not refused: the client did not choose it.
inline constexpr std::size_t kUserAgentBytesMax = 1024;
inline constexpr std::size_t kSourceBytesMax = 32;
inline constexpr std::size_t kKindBytesMax = 16;
inline constexpr std::size_t kIpBytesMax = 45;
// As a client may write it: all digits, brackets, a zone, a port.
inline constexpr std::size_t kIpSpellingBytesMax = 64;

// Deeper objects are an attack or a bug; SQLite's own JSON functions stop at 1000.
inline constexpr std::uint32_t kPropertiesDepthMax = 64;

// A browser's clock is believed within this window around received_at.
inline constexpr std::int64_t kTimePastMaxMs = 7LL * 86'400'000;
inline constexpr std::int64_t kTimeFutureMaxMs = 3'600'000;
// A server's is believed within what a store can file: 1970 to 9999.
inline constexpr std::int64_t kTimeMaxMs = 253'402'300'799'999;

// One queue message: small enough that Redis and SQLite handle it well, and that a poison one is
// cheap to set aside. A tick with more events sends several messages.
inline constexpr std::size_t kBatchBytesMax = 1 << 20;
inline constexpr std::uint32_t kBatchEventsMax = 10'000;

}  // namespace penstock::event
