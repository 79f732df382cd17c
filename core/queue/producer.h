// Makes the producer that a configuration asks for: by its URL's row of backend.h.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "io/loop.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

// A queue elsewhere has the spool behind it, for while it is down, slow or full; what was spooled
// is replayed, oldest first, by reactor 0. Borrows all for its lifetime. kConfiguration or
// kExhausted where the spool's folder cannot be used. The service need not be up.
Result<std::unique_ptr<Producer>> make_producer(const ProducerOptions& options, io::Loop& loop,
                                                const Clock& clock, ProducerListener& listener);

}  // namespace penstock::queue
