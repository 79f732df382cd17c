// The settings of [errors.projects]: by which rules a project's errors are grouped, of as many
// projects as people name.
//
// From the environment (PENSTOCK_ERRORS_PROJECTS_NAME) NAME comes in small letters.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/config/config.h"
#include "app/config/schema.h"

namespace penstock::app {

inline constexpr std::string_view kErrorsSection = "errors";
inline constexpr std::string_view kErrorProjects = "projects";

// "errors.projects.shop".
std::string error_project_name(std::string_view project);

// The project of "errors.projects.NAME", or of "projects_NAME" as the environment has it. Nullopt
// for what has not this form.
std::optional<std::string_view> error_project_of_name(std::string_view name);
std::optional<std::string_view> error_project_of_variable(std::string_view key);

// Puts the number of the rules where the project's goes. Returns what is wrong with either, "" when
// nothing is.
std::string assign_error_project(std::string_view project, const Value& value, Config& config);

// A value from text, as the environment and --set give it.
Value error_rules_of_text(std::string_view text);

}  // namespace penstock::app
