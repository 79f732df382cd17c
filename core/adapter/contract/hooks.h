// Web hooks that the configuration knows by name, as an adapter sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::adapter {

// Whose way of signing.
enum class HookScheme : std::uint8_t { kGithub, kStripe, kSlack, kSvix, kVercel };

inline constexpr std::string_view kHookSchemes[] = {"github", "stripe", "slack", "svix", "vercel"};

// By its name in kHookSchemes.
constexpr std::optional<HookScheme> hook_scheme_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kHookSchemes); ++i) {
    if (kHookSchemes[i] == name) return static_cast<HookScheme>(i);
  }
  return std::nullopt;
}

inline constexpr std::size_t kHookNameBytesMax = 64;

// A part of a path and of a setting's name: letters, digits, "-" and "_".
constexpr bool is_hook_name(std::string_view name) {
  if (name.empty() || name.size() > kHookNameBytesMax) return false;
  for (const char c : name) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return false;
  }
  return true;
}

struct Hook {
  std::string name;
  HookScheme scheme = HookScheme::kGithub;
  std::string secret;   // The bytes that the sender signs with.
  std::string project;  // Of its events where the request shows no known key; "" for none.
};

// The error of a request that is not signed as its hook's must be; a 401.
inline constexpr std::string_view kBadSignatureError = "bad_signature";

// For one request.
class Hooks {
 public:
  virtual ~Hooks() = default;
  // Nullptr: the configuration has none of that name. Lent for the request.
  virtual const Hook* find(std::string_view name) const = 0;
  // Its sender has shown by a signature that it is the hook's: the events are the hook's project's,
  // as with a server-side key of it.
  virtual void admit(const Hook& hook) = 0;
};

}  // namespace penstock::adapter
