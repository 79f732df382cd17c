// One line per happening, on standard error: a sentence and key=value fields, or the same as JSON.
// The part of a warning or an error is its id, stable and told in docs/operations.md (see log.cc):
//   log_warn("redis.refuses", "refuses events, spooling", {{"error", to_text(error)}});
//   log_info("redis", "connected", {{"address", address}});
// Safe from every thread. Never pass a secret: nothing here redacts.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace penstock {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

// A name and a value as text; integers and booleans are converted.
class LogField {
 public:
  LogField(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, bool truth)
      : name(field_name), value(truth ? "true" : "false") {}
  LogField(std::string_view field_name, std::integral auto number)
      : name(field_name), value(std::to_string(number)), is_number(true) {}

  std::string_view name;
  std::string value;
  bool is_number = false;
};

using LogFields = std::initializer_list<LogField>;

// Requires to be called before other threads log. `program` stands in each line.
void start_log(std::string_view program, LogLevel level, LogFormat format);

// Reload: takes effect for the next line.
void set_log_level(LogLevel level);

void log_debug(std::string_view part, std::string_view text, LogFields fields = {});
void log_info(std::string_view part, std::string_view text, LogFields fields = {});
void log_warn(std::string_view part, std::string_view text, LogFields fields = {});
void log_error(std::string_view part, std::string_view text, LogFields fields = {});

}  // namespace penstock
