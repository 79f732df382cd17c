// Penstock's own export, as `penstock export` writes it: NDJSON, or CSV with the same names.
//
// An event keeps its id, its project and both its times: into the store that it came from it is
// imported as the event that is there. What the store added (host, browser, country …) is found
// anew.
#pragma once

#include <memory>

#include "import/contract/row_reader.h"

namespace penstock::importing {

std::unique_ptr<RowReader> make_own_export_reader(const FormatOptions& options);

}  // namespace penstock::importing
