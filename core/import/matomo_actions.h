// How actions of Matomo's visits become events, whatever they are read from. Their ids are the same
// from each source.
#pragma once

#include "adapter/contract/item_reader.h"

namespace penstock::importing {

// A visit as Live.getLastVisitsDetails gives it, in "actionDetails" its actions.
extern const adapter::ItemShape kMatomoVisits;
// One action, or a visit without its actions, as pairs of the same names.
extern const adapter::ItemShape kMatomoActionRows;
extern const adapter::ItemShape kMatomoVisitRows;

}  // namespace penstock::importing
