// What people do with groups of errors: endpoints, whose rows stand in errors.cc beside those that
// answer under the same paths.
#pragma once

#include "console/api/request/call.h"

namespace penstock::console {

http::Response patch_errors(Call& call, Services& services);
http::Response patch_error(Call& call, Services& services);
// E-mail addresses of those whom a group may be assigned to.
http::Response get_assignees(Call& call, Services& services);

}  // namespace penstock::console
