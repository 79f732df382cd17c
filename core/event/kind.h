// What sort of thing an event tells of.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"

namespace penstock::event {

inline constexpr std::string_view kEventKind = "event";
inline constexpr std::string_view kPageKind = "page";
inline constexpr std::array<std::string_view, 8> kKinds = {
    kEventKind, kPageKind, "error", "identify", "group", "log", "metric", "span"};

// The name of an event that has a url and nothing else to be called by.
inline constexpr std::string_view kPageviewName = "pageview";

constexpr bool is_kind(std::string_view text) {
  return std::find(kKinds.begin(), kKinds.end(), text) != kKinds.end();
}

// Of an event that does not say.
constexpr std::string_view default_kind(std::string_view name) {
  return equals(name, kPageviewName) ? kPageKind : kEventKind;
}

}  // namespace penstock::event
