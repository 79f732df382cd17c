// A message of the queue as answers tell it, whether it waits or is a dead letter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "json/writer.h"

namespace penstock::console {

// How much of a message is told; "truncated" says where there is more.
struct MessageLimits {
  std::size_t message_bytes;
  std::size_t events;
  std::size_t event_bytes;  // Of the events' JSON; the one that passes it is the last.
};

// One of a page of 200 that a person looks through: enough to see what it is.
inline constexpr MessageLimits kMessageOfMany{16 << 10, 20, 64 << 10};
// One that was asked for by itself.
inline constexpr MessageLimits kWholeMessage{32 << 20, 1'000'000, 32 << 20};

// The members bytes, message (base64), truncated, form, events, total_events, class and jid of a
// job, and fault where not all of it can be read. Requires kReadablePadding behind `message`.
void write_message(json::Writer& writer, std::string_view message, const MessageLimits& limits,
                   std::int64_t now_ms);

}  // namespace penstock::console
