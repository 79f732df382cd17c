// What makes two errors the same one: the rules are in README.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock::adapter {

// Of the innermost frames, as many as count.
inline constexpr std::size_t kFingerprintFrames = 3;

struct Frame {
  std::string_view file;
  std::string_view function;
  std::string_view line;                      // Digits, or empty.
  std::optional<bool> is_own = std::nullopt;  // As the client says.
};

// Whether a frame is of the application itself: as the client says, else by its file.
bool is_own_frame(const Frame& frame);

// 32 hex digits. `frames` innermost first; `rules` from kFingerprintRulesFirst to …Last. What two
// rules read alike has the same fingerprint by both.
std::string fingerprint_of(std::string_view class_name, std::string_view message,
                           std::span<const Frame> frames, int rules);

// What counts of each, by all rules.
std::string stable_message(std::string_view message);
std::string stable_symbol(std::string_view symbol);
std::string stable_file(std::string_view file);

}  // namespace penstock::adapter
