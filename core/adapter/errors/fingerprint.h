// What makes two errors the same one: the rules are in README.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace penstock::adapter {

inline constexpr int kFingerprintRules = 1;
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

// 32 hex digits. `frames` innermost first.
std::string fingerprint_of(std::string_view class_name, std::string_view message,
                           std::span<const Frame> frames);

// What counts of each.
std::string stable_message(std::string_view message);
std::string stable_symbol(std::string_view symbol);
std::string stable_file(std::string_view file);

}  // namespace penstock::adapter
