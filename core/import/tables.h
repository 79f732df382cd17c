// Rows of other products' databases, as CSV or in a dump.
#pragma once

#include <memory>

#include "import/contract/row_reader.h"

namespace penstock::importing {

// Umami's tables website_event and session; a CSV is the first of them.
std::unique_ptr<RowReader> make_umami_reader(const FormatOptions& options);
// Plausible's table events_v2. The CSVs of its export hold sums and no events, and are refused.
std::unique_ptr<RowReader> make_plausible_reader(const FormatOptions& options);

}  // namespace penstock::importing
