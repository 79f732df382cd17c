// Access logs whose lines are JSON objects: Caddy's, Traefik's, nginx's by a log_format of one.
#pragma once

#include <memory>

#include "import/contract/row_reader.h"

namespace penstock::importing {

std::unique_ptr<RowReader> make_json_log_reader(FormatOptions options, std::string_view source);

}  // namespace penstock::importing
