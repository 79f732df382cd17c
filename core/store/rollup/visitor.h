// Who a row's visitor is, as a hash for the sketches.
#pragma once

#include <cstdint>

#include "event/record.h"

namespace penstock::store {

// The user, else the anonymous id, else address and user agent together with the day: without an
// id nobody is recognised beyond it.
std::uint64_t visitor_hash(const event::Record& record);

}  // namespace penstock::store
