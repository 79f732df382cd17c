// Who a user is and what his role lets him do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::console {

// Each may do what those before it may.
enum class Role : std::uint8_t { kViewer, kEditor, kAdmin };
std::string_view to_text(Role role);
std::optional<Role> role_of(std::string_view text);

struct User {
  std::int64_t id = 0;
  std::string email;
  Role role = Role::kViewer;
  bool must_change_password = false;
  std::int64_t created_at_ms = 0;
  std::int64_t last_login_ms = 0;  // 0: never.
};

}  // namespace penstock::console
