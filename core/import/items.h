// Objects of other products, a line or an element of an array each, by the rules of their adapters.
#pragma once

#include <memory>

#include "import/contract/row_reader.h"

namespace penstock::importing {

// Of Mixpanel's raw export (/api/2.0/export): {"event":…,"properties":{"time":…}}.
std::unique_ptr<RowReader> make_mixpanel_reader(const FormatOptions& options);
// Of Segment's archives: the calls as they came in.
std::unique_ptr<RowReader> make_segment_reader(const FormatOptions& options);
// Of Matomo's Live.getLastVisitsDetails: a visit each, whose actions are the events.
std::unique_ptr<RowReader> make_matomo_visits_reader(const FormatOptions& options);

}  // namespace penstock::importing
