// What the groups of errors need to know of a stored event, cut to what is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "event/row.h"
#include "json/reader.h"

namespace penstock::console {

inline constexpr std::string_view kErrorKind = "error";

// Of what is shown of a group; its events have all of it.
inline constexpr std::size_t kErrorMessageBytesMax = 1'024;
inline constexpr std::size_t kErrorLevelBytesMax = 32;

// What makes events one error's. With a fingerprint nothing else counts; without one it is name and
// message together. All are values as the store's dimensions are (store/contract/dimension.h), so
// that the store can be asked for the same events.
struct ErrorKey {
  std::string project;
  std::string fingerprint;
  std::string name;  // "" where there is a fingerprint, as the next one.
  std::string said;  // properties.message.

  // NOLINTNEXTLINE(modernize-use-nullptr): it takes what compares with 0 for a null pointer.
  auto operator<=>(const ErrorKey&) const = default;
};

struct ErrorEvent {
  ErrorKey key;
  std::string class_name;  // The event's name where its properties have no class.
  std::string message;
  std::string place;  // "function (file)" of the innermost frame that is the application's own.
  std::string level;
  std::string release;
  std::string source;
  std::string id;  // 32 hex digits.
  std::int64_t occurred_at_ms = 0;
  std::int64_t received_at_ms = 0;
};

// Of a row of kind error. `reader` is used again for the next one. Properties that are no object,
// or are damaged, are as if there were none.
ErrorEvent error_event_of(const event::Row& row, json::Reader& reader);

}  // namespace penstock::console
