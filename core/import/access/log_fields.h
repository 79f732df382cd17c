// What a line of an access log says, by what it means.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock::importing {

enum class LogField : std::uint8_t {
  kIgnored,
  kAddress,
  kUser,
  kTime,  // With its date.
  kDate,
  kClock,
  kZone,
  kRequest,  // "GET /a HTTP/1.1"
  kMethod,
  kUri,  // A path, its query or an absolute URL.
  kQuery,
  kProtocol,
  kStatus,
  kBytes,
  kReferrer,
  kUserAgent,
  kHost,
  kScheme,
  kSeconds,  // That it took.
  kMilliseconds,
  kMicroseconds,
  kOther,  // A property under its own name.
};
inline constexpr std::size_t kLogFieldCount = 22;

// Views into the line, or into what its reader keeps of it. "-" stands for nothing and is empty.
struct LogFields {
  struct Other {
    std::string_view name;
    std::string_view text;
    bool is_json = false;  // A checked JSON text, no plain one.
  };

  std::string_view operator[](LogField field) const {
    return values[static_cast<std::size_t>(field)];
  }
  // Of several the first counts.
  void put(LogField field, std::string_view name, std::string_view text) {
    if (field == LogField::kIgnored || text.empty() || text == "-") return;
    std::string_view& value = values[static_cast<std::size_t>(field)];
    if (field == LogField::kOther || !value.empty()) {
      if (!name.empty()) others.push_back({name, text});
      return;
    }
    value = text;
  }
  void clear() {
    values = {};
    others.clear();
  }

  std::array<std::string_view, kLogFieldCount> values{};
  std::vector<Other> others;
};

}  // namespace penstock::importing
