// A format string of an access log, compiled: literal texts with fields between them.
//
// Three spellings are known by what they contain: nginx's ($remote_addr, also a whole log_format
// directive), Apache's (%h %>s %{Referer}i) and GoAccess's (%h %^[%d:%t %^]).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/access/log_fields.h"

namespace penstock::importing {

class LogFormat {
 public:
  // Nullopt with a sentence in `problem`.
  static std::optional<LogFormat> compile(std::string_view format, std::string& problem);
  // Names of fields with one separator between: what a W3C log says of itself.
  static LogFormat of_names(std::string_view names, char separator);

  // False where the line is not of this format; `where` is then the byte that does not fit.
  bool match(std::string_view line, LogFields& fields, std::size_t& where) const;

 private:
  friend class LogFormatCompiler;

  struct Step {
    std::string literal;  // In front of the field.
    LogField field = LogField::kIgnored;
    std::string name;  // Of the property, for a field that is no other.
    // White space of any length stands in front of the field.
    bool skips_space = false;
  };

  std::vector<Step> steps_;
  std::string last_literal_;
};

}  // namespace penstock::importing
