// What the variables of nginx, and the members of JSON and W3C logs, mean by their names.
#pragma once

#include <string_view>

#include "import/access/log_fields.h"

namespace penstock::importing {

// kOther for a name that means nothing here.
LogField field_of_name(std::string_view name);

}  // namespace penstock::importing
