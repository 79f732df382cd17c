#include "import/access/log_format.h"

#include <algorithm>

#include "base/text.h"
#include "import/access/log_names.h"

namespace penstock::importing {
namespace {

constexpr std::size_t kFormatBytesMax = 16'384;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

LogField goaccess_field(char letter) {
  switch (letter) {
    case 'h':
      return LogField::kAddress;
    case 'e':
      return LogField::kUser;
    case 'x':
      return LogField::kTime;
    case 'd':
      return LogField::kDate;
    case 't':
      return LogField::kClock;
    case 'r':
      return LogField::kRequest;
    case 'm':
      return LogField::kMethod;
    case 'U':
      return LogField::kUri;
    case 'q':
      return LogField::kQuery;
    case 'H':
      return LogField::kProtocol;
    case 's':
      return LogField::kStatus;
    case 'b':
      return LogField::kBytes;
    case 'R':
      return LogField::kReferrer;
    case 'u':
      return LogField::kUserAgent;
    case 'v':
      return LogField::kHost;
    case 'T':
      return LogField::kSeconds;
    case 'L':
      return LogField::kMilliseconds;
    case 'D':
      return LogField::kMicroseconds;
    default:
      return LogField::kIgnored;
  }
}

LogField apache_field(char letter) {
  switch (letter) {
    case 'h':
    case 'a':
      return LogField::kAddress;
    case 'u':
      return LogField::kUser;
    case 't':
      return LogField::kTime;
    case 'r':
      return LogField::kRequest;
    case 'm':
      return LogField::kMethod;
    case 'U':
      return LogField::kUri;
    case 'q':
      return LogField::kQuery;
    case 'H':
      return LogField::kProtocol;
    case 's':
      return LogField::kStatus;
    case 'b':
    case 'B':
    case 'O':
      return LogField::kBytes;
    case 'v':
    case 'V':
      return LogField::kHost;
    case 'T':
      return LogField::kSeconds;
    case 'D':
      return LogField::kMicroseconds;
    default:
      return LogField::kIgnored;
  }
}

// The pieces in quotes of "log_format main '…' '…';", joined.
std::string without_directive(std::string_view format) {
  if (!trim(format).starts_with("log_format ")) return std::string(format);
  std::string joined;
  char quote = 0;
  for (const char c : format) {
    if (quote == 0) {
      if (c == '\'' || c == '"') quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      joined += c;
    }
  }
  return joined;
}

// Where a text in quotes ends: at a quote mark that no backslash is before.
std::size_t find_quote(std::string_view line, std::size_t from) {
  for (std::size_t i = from; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

class LogFormatCompiler {
 public:
  std::string problem;

  std::optional<LogFormat> compile(std::string_view format) {
    const std::string text = without_directive(format);
    if (text.size() > kFormatBytesMax) problem = "is longer than 16384 bytes";
    const auto has = [&text](const char* part) { return text.find(part) != std::string::npos; };
    // Apache's %t is a whole time, GoAccess's goes with a %d.
    const bool is_apache = has("%{") || has("%>") || has("%l") || (has("%t") && !has("%d"));
    if (text.find('$') != std::string::npos && text.find('%') == std::string::npos) {
      take_nginx(text);
    } else {
      take_percent(text, is_apache);
    }
    if (problem.empty() && format_.steps_.empty()) problem = "names no field";
    const auto names = [this](LogField field) {
      return std::any_of(format_.steps_.begin(), format_.steps_.end(),
                         [field](const auto& step) { return step.field == field; });
    };
    if (problem.empty() && !names(LogField::kTime) && !names(LogField::kDate)) {
      problem = "names no time";
    }
    if (!problem.empty()) return std::nullopt;
    format_.last_literal_ = literal_;
    return std::move(format_);
  }

 private:
  void add(LogField field, std::string_view name = {}) {
    if (!format_.steps_.empty() && literal_.empty() && !skips_space_ && problem.empty()) {
      problem =
          str_cat("has nothing between the field ", format_.steps_.size(), " and the next one");
    }
    format_.steps_.push_back({literal_, field, std::string(name), skips_space_});
    literal_.clear();
    skips_space_ = false;
  }

  void take_nginx(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '$') {
        literal_ += text[i];
        continue;
      }
      const bool has_braces = i + 1 < text.size() && text[i + 1] == '{';
      std::size_t end = i + (has_braces ? 2 : 1);
      const std::size_t begin = end;
      while (end < text.size() && is_name_byte(text[end])) ++end;
      const std::string_view name = text.substr(begin, end - begin);
      if (name.empty()) problem = str_cat("has a $ without a name at byte ", i);
      add(field_of_name(name), name);
      i = has_braces ? end : end - 1;
    }
  }

  void take_percent(std::string_view text, bool is_apache) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char next = i + 1 < text.size() ? text[i + 1] : '\0';
      if (text[i] == '\\' && (next == '"' || next == 't' || next == '\\')) {
        literal_ += next == 't' ? '\t' : next;
        ++i;
      } else if (text[i] != '%') {
        literal_ += text[i];
      } else if (next == '%') {
        literal_ += '%';
        ++i;
      } else if (next == '\0') {
        problem = "ends with a %";
      } else if (is_apache) {
        i = take_apache(text, i + 1);
      } else {
        ++i;
        if (next == '~') {
          skips_space_ = true;
        } else {
          add(goaccess_field(next), {});
        }
      }
    }
  }

  // From behind the %; returns where the directive ends.
  std::size_t take_apache(std::string_view text, std::size_t i) {
    const auto is_modifier = [](char c) {
      return c == '<' || c == '>' || c == '!' || c == ',' || (c >= '0' && c <= '9');
    };
    while (i < text.size() && is_modifier(text[i])) ++i;
    std::string_view name;
    if (i < text.size() && text[i] == '{') {
      const std::size_t close = text.find('}', i);
      if (close == std::string_view::npos) {
        problem = str_cat("has a { without its } at byte ", i);
        return text.size();
      }
      name = text.substr(i + 1, close - i - 1);
      i = close + 1;
    }
    if (i < text.size() && text[i] == '^') i += 2;  // "%{name}^ti"
    if (i >= text.size()) {
      problem = "ends within a field";
      return i;
    }
    const char letter = text[i];
    if (name.empty() && letter == 't') {
      literal_ += '[';
      add(LogField::kTime);
      literal_ += ']';
    } else if (letter == 'i' && !name.empty()) {
      add(field_of_header(name), name);
    } else if (letter == 'T' && name == "ms") {
      add(LogField::kMilliseconds);
    } else if (letter == 'T' && name == "us") {
      add(LogField::kMicroseconds);
    } else if (!name.empty() && letter != 't' && letter != 'T' && letter != 'a') {
      add(LogField::kOther, name);
    } else {
      add(apache_field(letter));
    }
    return i;
  }

  static LogField field_of_header(std::string_view name) {
    if (equals_ignoring_case(name, "Referer")) return LogField::kReferrer;
    if (equals_ignoring_case(name, "User-Agent")) return LogField::kUserAgent;
    if (equals_ignoring_case(name, "Host")) return LogField::kHost;
    return LogField::kOther;
  }

  LogFormat format_;
  std::string literal_;
  bool skips_space_ = false;
};

std::optional<LogFormat> LogFormat::compile(std::string_view format, std::string& problem) {
  LogFormatCompiler compiler;
  auto compiled = compiler.compile(format);
  problem = compiler.problem;
  return compiled;
}

LogFormat LogFormat::of_names(std::string_view names, char separator) {
  LogFormat format;
  std::string literal;
  while (!names.empty()) {
    const std::string_view name = trim(names.substr(0, names.find(separator)));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    if (name.empty()) continue;
    const LogField field = name == "date"   ? LogField::kDate
                           : name == "time" ? LogField::kClock
                                            : field_of_name(name);
    format.steps_.push_back({literal, field, std::string(name), false});
    literal.assign(1, separator);
  }
  return format;
}

bool LogFormat::match(std::string_view line, LogFields& fields, std::size_t& where) const {
  std::size_t at = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    where = at;
    if (!line.substr(at).starts_with(step.literal)) return false;
    at += step.literal.size();
    while (step.skips_space && at < line.size() && line[at] == ' ') ++at;
    const bool is_last = i + 1 == steps_.size();
    const std::string& next = is_last ? last_literal_ : steps_[i + 1].literal;
    std::size_t end = line.size();
    if (!next.empty()) {
      const bool is_quoted = step.literal.ends_with('"') && next.starts_with('"');
      end = is_quoted ? find_quote(line, at) : line.find(next, at);
    } else if (!is_last) {
      end = std::min(line.find(' ', at), line.size());
    }
    where = at;
    if (end == std::string_view::npos) return false;
    const std::string_view text = line.substr(at, end - at);
    // GoAccess's formats pass over the zone behind a time.
    const bool is_zone = step.field == LogField::kIgnored && i > 0 && text.size() == 5 &&
                         steps_[i - 1].field == LogField::kClock &&
                         (text[0] == '+' || text[0] == '-');
    fields.put(is_zone ? LogField::kZone : step.field, step.name, text);
    at = end;
  }
  where = at;
  return last_literal_.empty() || line.substr(at).starts_with(last_literal_);
}

}  // namespace penstock::importing
