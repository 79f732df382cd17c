// A warning or an error has an id that operators and their tools may rely on, whatever its text is
// one day: "part.what" in place of the part, shown as the field `id`. tests/tidy/messages_test.py
// wants each at one place alone, and in docs/operations.md with what to do.
#define SPDLOG_NO_EXCEPTIONS
#include "base/log.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_text.h"
#include "base/terminal_text.h"
#include "base/text.h"
#include "base/utf8.h"

namespace penstock {
namespace {

struct LogState {
  std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>(
      "penstock", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  std::string program = "penstock";
  LogFormat format = LogFormat::kText;
};

LogState& state() {
  static LogState instance;
  return instance;
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// A value that a reader of key=value lines could misread is quoted.
bool needs_quotes(std::string_view value) {
  if (value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos) return true;
  for (std::size_t i = 0; i < value.size(); i += utf8_length(value, i)) {
    if (unsafe_length(value, i) > 0) return true;
  }
  return false;
}

void append_quoted(std::string& line, std::string_view value) {
  line += '"';
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t end = std::min(value.find_first_of("\"\\", at), value.size());
    append_escaped(line, value.substr(at, end - at));
    if (end < value.size()) {
      line += '\\';
      line += value[end];
    }
    at = end + 1;
  }
  line += '"';
}

// "redis" of "redis.refuses", which is a message's id; "redis" of "redis", which has none.
std::string_view part_of(std::string_view id) { return id.substr(0, id.find('.')); }

bool is_id(std::string_view id) { return part_of(id).size() < id.size(); }

std::string text_line(std::string_view id, std::string_view text, LogFields fields) {
  std::string line = str_cat(state().program, " ", part_of(id), ": ");
  append_escaped(line, text);
  for (const LogField& field : fields) {
    line += str_cat(" ", field.name, "=");
    if (needs_quotes(field.value)) {
      append_quoted(line, field.value);
    } else {
      line += field.value;
    }
  }
  if (is_id(id)) line += str_cat(" id=", id);
  return line;
}

// Members that every line has: a field of such a name would be a second one of it.
constexpr std::string_view kOwnMembers[] = {"time", "level", "program", "part", "text", "id"};

// The field's name, numbered where a member of that name stands before it.
std::string member_name(const LogField& field, LogFields fields) {
  const auto own = std::count(std::begin(kOwnMembers), std::end(kOwnMembers), field.name);
  const auto before = std::count_if(
      fields.begin(), &field, [&](const LogField& other) { return other.name == field.name; });
  return own + before == 0 ? std::string(field.name) : str_cat(field.name, "_", own + before + 1);
}

std::string json_line(LogLevel level, std::string_view id, std::string_view text,
                      LogFields fields) {
  static constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
  std::string line = str_cat(R"("level":")", kNames[static_cast<int>(level)], R"(","program":")",
                             state().program, R"(","part":")", part_of(id), R"(","text":)");
  append_json_string(line, text);
  if (is_id(id)) line += str_cat(R"(,"id":")", id, R"(")");
  for (const LogField& field : fields) {
    line += ',';
    append_json_string(line, member_name(field, fields));
    line += ':';
    if (field.is_number) {
      line += field.value;
    } else {
      append_json_string(line, field.value);
    }
  }
  return line;
}

void write(LogLevel level, std::string_view part, std::string_view text, LogFields fields) {
  spdlog::logger& logger = *state().logger;
  if (!logger.should_log(level_of(level))) return;
  const std::string line = state().format == LogFormat::kText
                               ? text_line(part, text, fields)
                               : json_line(level, part, text, fields);
  logger.log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void start_log(std::string_view program, LogLevel level, LogFormat format) {
  state().program = program;
  state().format = format;
  spdlog::logger& logger = *state().logger;
  logger.set_pattern(format == LogFormat::kText ? "%Y-%m-%dT%H:%M:%S.%eZ %l %v"
                                                : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ",%v})",
                     spdlog::pattern_time_type::utc);
  logger.set_level(level_of(level));
  logger.flush_on(spdlog::level::debug);
}

void set_log_level(LogLevel level) { state().logger->set_level(level_of(level)); }

void log_debug(std::string_view part, std::string_view text, LogFields fields) {
  write(LogLevel::kDebug, part, text, fields);
}
void log_info(std::string_view part, std::string_view text, LogFields fields) {
  write(LogLevel::kInfo, part, text, fields);
}
void log_warn(std::string_view part, std::string_view text, LogFields fields) {
  write(LogLevel::kWarn, part, text, fields);
}
void log_error(std::string_view part, std::string_view text, LogFields fields) {
  write(LogLevel::kError, part, text, fields);
}

}  // namespace penstock
