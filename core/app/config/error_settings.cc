#include "app/config/error_settings.h"

#include "app/config/checks.h"
#include "base/text.h"

namespace penstock::app {

std::string error_project_name(std::string_view project) {
  return str_cat(kErrorsSection, ".", kErrorProjects, ".", project);
}

std::optional<std::string_view> error_project_of_name(std::string_view name) {
  const std::string start = error_project_name("");
  if (!name.starts_with(start) || name.size() == start.size()) return std::nullopt;
  return name.substr(start.size());
}

std::optional<std::string_view> error_project_of_variable(std::string_view key) {
  const std::string start = str_cat(kErrorProjects, "_");
  if (!key.starts_with(start) || key.size() == start.size()) return std::nullopt;
  return key.substr(start.size());
}

std::string assign_error_project(std::string_view project, const Value& value, Config& config) {
  if (std::string fault = check_project(std::string(project)); !fault.empty()) {
    return str_cat("the name of a project in [errors.projects] ", fault);
  }
  const std::string name = error_project_name(project);
  constexpr int kFirst = adapter::kFingerprintRulesFirst;
  constexpr int kLast = adapter::kFingerprintRulesLast;
  const auto* const rules = std::get_if<std::int64_t>(&value);
  if (rules == nullptr) {
    return str_cat(name, " must be a whole number, that of its rules: ", kFirst, " to ", kLast);
  }
  if (*rules < kFirst || *rules > kLast) {
    return str_cat(name, " is ", *rules, "; it must be ", kFirst, " to ", kLast);
  }
  config.errors.projects.insert_or_assign(std::string(project), *rules);
  return "";
}

Value error_rules_of_text(std::string_view text) {
  if (const auto number = parse_int(text)) return *number;
  return std::string(text);
}

}  // namespace penstock::app
