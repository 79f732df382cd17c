// Whether the worker could store a message, before it is put into the queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::control {

struct MessageFault {
  std::string why;                    // For people.
  std::optional<std::size_t> offset;  // Of the byte in the message, where that can be said.
};

// Nullopt: its events can be read, by the readers that the worker's decoder has, and are of times
// that the store takes. Requires kReadablePadding behind `message`.
std::optional<MessageFault> fault_of_message(std::string_view message, std::int64_t now_ms);

}  // namespace penstock::control
