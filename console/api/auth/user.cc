#include "console/api/auth/user.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "console/api/auth/plain_name.h"
#include "event/limits.h"

namespace penstock::console {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kViewer:
      return "viewer";
    case Role::kEditor:
      return "editor";
    case Role::kAdmin:
      return "admin";
  }
  return "none";
}

std::optional<Role> role_of(std::string_view text) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin}) {
    if (text == to_text(role)) return role;
  }
  return std::nullopt;
}

Role Rights::in(std::string_view project) const {
  for (const ProjectRole& one : projects) {
    if (one.project == project) return std::max(role, one.role);
  }
  return role;
}

Role Rights::highest() const {
  Role highest = role;
  for (const ProjectRole& one : projects) highest = std::max(highest, one.role);
  return highest;
}

Rights Rights::at_most(Role most) const {
  Rights less = *this;
  less.role = std::min(role, most);
  for (ProjectRole& one : less.projects) one.role = std::min(one.role, most);
  return less;
}

bool Rights::cover(const Rights& others) const {
  return role >= others.role &&
         std::all_of(others.projects.begin(), others.projects.end(),
                     [this](const ProjectRole& one) { return in(one.project) >= one.role; });
}

std::string to_text(const Rights& rights) {
  if (!rights.is_limited()) return std::string(to_text(rights.role));
  std::string text;
  for (const ProjectRole& one : rights.projects) {
    text += str_cat(text.empty() ? "" : ", ", one.project, ": ", to_text(one.role));
  }
  return text.empty() ? std::string(to_text(Role::kNone)) : text;
}

Result<Rights> rights_in(std::vector<ProjectRole> projects) {
  if (projects.empty()) return fail(ErrorCode::kRejected, "name a project at least");
  if (projects.size() > kProjectRolesMax) {
    return fail(ErrorCode::kRejected, "more than 100 projects");
  }
  std::sort(projects.begin(), projects.end(),
            [](const ProjectRole& a, const ProjectRole& b) { return a.project < b.project; });
  const auto same = [](const ProjectRole& a, const ProjectRole& b) {
    return a.project == b.project;
  };
  if (std::adjacent_find(projects.begin(), projects.end(), same) != projects.end()) {
    return fail(ErrorCode::kRejected, "a project is there twice");
  }
  for (const ProjectRole& one : projects) {
    if (!is_plain_name(one.project, event::kProjectBytesMax)) {
      return fail(ErrorCode::kRejected,
                  "a project has 1 to 64 bytes of text without control characters");
    }
  }
  Rights rights;
  rights.projects = std::move(projects);
  return rights;
}

}  // namespace penstock::console
