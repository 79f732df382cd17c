// History of Matomo: visits of its API, or its log tables in a dump.
#pragma once

#include <cstddef>
#include <memory>

#include "import/contract/row_reader.h"

namespace penstock::importing {

// Rows of an action name the addresses, titles and visits that are theirs by numbers: those of one
// dump that are kept while it is read take so much memory at most, and a dump of more is refused
// row by row.
inline constexpr std::size_t kMatomoKnownBytesMax = 512 << 20;

// A document is a visit of Live.getLastVisitsDetails. Of a dump rows of the tables (whatever their
// prefix) log_action and log_visit, and behind them of log_link_visit_action, which are the events;
// each visit is an `identify` besides. Other tables are passed over.
// Source: matomo-org/developer-documentation, docs/5.x/database-schema.md.
std::unique_ptr<RowReader> make_matomo_reader(const FormatOptions& options);

}  // namespace penstock::importing
