// Roles by project as JSON, in console.db and in the API: [{"project":"shop","role":"editor"}].
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "console/api/auth/user.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::console {

// The list, or null for a role everywhere.
void write_projects(json::Writer& writer, const Rights& rights);
std::string projects_json(const Rights& rights);

// A list's value, as rights_in() takes it. kRejected, in words, for what is none.
Result<std::vector<ProjectRole>> read_project_roles(json::Value& list);

// What projects_json() wrote; rights to nothing for a text that it did not write.
Rights read_projects(std::string_view json);

}  // namespace penstock::console
