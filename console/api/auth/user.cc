#include "console/api/auth/user.h"

namespace penstock::console {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kEditor:
      return "editor";
    case Role::kAdmin:
      return "admin";
  }
  return "viewer";
}

std::optional<Role> role_of(std::string_view text) {
  for (const Role role : {Role::kViewer, Role::kEditor, Role::kAdmin}) {
    if (text == to_text(role)) return role;
  }
  return std::nullopt;
}

}  // namespace penstock::console
