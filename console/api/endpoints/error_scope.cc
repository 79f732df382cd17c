#include "console/api/endpoints/error_scope.h"

#include <utility>

#include "console/api/errors/error_groups.h"
#include "console/api/request/answers.h"
#include "console/api/request/authorize.h"

namespace penstock::console {

http::Response no_such_group() {
  return http::error_response(404, "not_found", "there is no such group of errors");
}

std::optional<ErrorGroup> find_group(const Call& call, Services& services, std::int64_t id,
                                     Access access, http::Response& refusal) {
  auto group = services.errors->find(id);
  if (!group) {
    refusal = failure_answer(group.error());
  } else if (!*group || !may(call, Access::kViewer, (*group)->key.project)) {
    refusal = no_such_group();
  } else if (!may(call, access, (*group)->key.project)) {
    refusal = http::error_response(403, "role_required",
                                   "it takes more than your role in this group's project");
  } else {
    return *std::move(group);
  }
  return std::nullopt;
}

}  // namespace penstock::console
