// Who a user is and what his rights let him do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::console {

// Each may do what those before it may; kNone nothing.
enum class Role : std::uint8_t { kNone, kViewer, kEditor, kAdmin };
std::string_view to_text(Role role);
// Of a role that can be given: never kNone.
std::optional<Role> role_of(std::string_view text);

struct ProjectRole {
  std::string project;
  Role role = Role::kViewer;

  bool operator==(const ProjectRole&) const = default;
};
inline constexpr std::size_t kProjectRolesMax = 100;  // Of a user.

// One role everywhere, or a role in each of some projects. Who has the latter sees nothing else:
// no other project, and nothing that is of all, as the queue and the system are.
struct Rights {
  Role role = Role::kNone;            // Everywhere; kNone: `projects` says it.
  std::vector<ProjectRole> projects;  // By name, each once; none beside a role everywhere.

  Rights() = default;
  Rights(Role everywhere) : role(everywhere) {}  // NOLINT(google-explicit-constructor)

  bool is_limited() const { return role == Role::kNone; }
  Role in(std::string_view project) const;
  Role highest() const;
  // The same, with no more than `most` anywhere.
  Rights at_most(Role most) const;
  // Whether they let do all that the others let.
  bool cover(const Rights& others) const;

  bool operator==(const Rights&) const = default;
};

// "editor", or "shop: editor, blog: viewer".
std::string to_text(const Rights& rights);

// Of some projects, in any order. kRejected, in words for who gave them: none, too many, one twice,
// or what is no project's name.
Result<Rights> rights_in(std::vector<ProjectRole> projects);

struct User {
  std::int64_t id = 0;
  std::string email;
  Rights rights;
  bool must_change_password = false;
  std::int64_t created_at_ms = 0;
  std::int64_t last_login_ms = 0;  // 0: never.
};

}  // namespace penstock::console
