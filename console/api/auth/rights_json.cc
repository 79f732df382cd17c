#include "console/api/auth/rights_json.h"

#include <utility>

#include "base/bytes.h"

namespace penstock::console {

namespace {

constexpr const char* kWanted = R"(expected [{"project":"shop","role":"editor"}])";

Result<ProjectRole> read_one(json::Value& element) {
  ProjectRole one;
  std::string role;
  if (element.kind() != json::Kind::kObject) return fail(ErrorCode::kRejected, kWanted);
  PENSTOCK_TRY(element.members([&](std::string_view name, json::Value& value) -> Result<void> {
    std::string* const place = name == "project" ? &one.project : name == "role" ? &role : nullptr;
    if (place == nullptr) return {};
    const auto text = value.string();
    if (!text) return fail(ErrorCode::kRejected, kWanted);
    *place = *text;
    return {};
  }));
  const auto known = role_of(role);
  if (!known) return fail(ErrorCode::kRejected, "a role is viewer, editor or admin");
  one.role = *known;
  return one;
}

}  // namespace

void write_projects(json::Writer& writer, const Rights& rights) {
  if (!rights.is_limited()) {
    writer.null();
    return;
  }
  writer.begin_array();
  for (const ProjectRole& one : rights.projects) {
    writer.begin_object().member("project", one.project).member("role", to_text(one.role));
    writer.end_object();
  }
  writer.end_array();
}

std::string projects_json(const Rights& rights) {
  std::string text;
  json::Writer writer(text);
  write_projects(writer, rights);
  return text;
}

Result<std::vector<ProjectRole>> read_project_roles(json::Value& list) {
  if (list.kind() != json::Kind::kArray) return fail(ErrorCode::kRejected, kWanted);
  std::vector<ProjectRole> projects;
  PENSTOCK_TRY(list.elements([&](json::Value& element) -> Result<void> {
    // One more says that there are too many.
    if (projects.size() > kProjectRolesMax) return {};
    auto one = read_one(element);
    if (!one) return fail(one.error());
    projects.push_back(*std::move(one));
    return {};
  }));
  return projects;
}

Rights read_projects(std::string_view json) {
  std::string padded(json);
  reserve_padding(padded);
  std::vector<ProjectRole> projects;
  json::Reader reader;
  const auto read = reader.read(padded, [&](json::Value& root) -> Result<void> {
    auto list = read_project_roles(root);
    if (!list) return fail(list.error());
    projects = *std::move(list);
    return {};
  });
  if (!read) return {};
  return rights_in(std::move(projects)).value_or(Rights());
}

}  // namespace penstock::console
