#include "console/api/endpoints/rights_body.h"

#include <utility>
#include <vector>

#include "console/api/auth/rights_json.h"
#include "console/api/request/answers.h"
#include "json/reader.h"

namespace penstock::console {

std::optional<Rights> read_rights(std::string_view padded_body, http::Response& refusal) {
  std::optional<Role> role;
  std::optional<std::vector<ProjectRole>> projects;
  const char* member = "projects";
  const char* why = nullptr;
  const auto fault = [&](const char* name, const char* reason) {
    member = name;
    why = reason;
    return fail(ErrorCode::kRejected, "read a user's rights");
  };
  json::Reader reader;
  const auto read = reader.read(padded_body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      if (name == "role" && value.kind() != json::Kind::kNull) {
        const auto text = value.string();
        role = text ? role_of(*text) : std::nullopt;
        if (!role) return fault("role", "viewer, editor or admin");
      }
      if (name == "projects" && value.kind() != json::Kind::kNull) {
        auto list = read_project_roles(value);
        if (!list) return fault("projects", list.error().step);
        projects = *std::move(list);
      }
      return {};
    });
  });
  if (why == nullptr && !read) {
    refusal = http::error_response(400, "invalid_json", "expected a JSON object");
    return std::nullopt;
  }
  if (why == nullptr && !role && !projects) {
    static_cast<void>(fault("role", "it is missing: viewer, editor or admin; or say projects"));
  }
  if (why == nullptr && role && projects) {
    static_cast<void>(
        fault("projects", "a role is one everywhere, or there is one in each of some projects"));
  }
  if (why != nullptr) {
    refusal = bad_parameter(member, why);
    return std::nullopt;
  }
  if (role) return Rights(*role);
  auto rights = rights_in(*std::move(projects));
  if (rights) return *std::move(rights);
  refusal = bad_parameter("projects", rights.error().step);
  return std::nullopt;
}

}  // namespace penstock::console
