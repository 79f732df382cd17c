// Makes the consumer that a configuration asks for: by its URL's row of backend.h.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "queue/contract/inspector.h"
#include "queue/contract/options.h"
#include "queue/contract/queue.h"

namespace penstock::queue {

// Borrows `clock`. The service need not be up. kConfiguration for a URL that is none.
Result<std::unique_ptr<Consumer>> make_consumer(const ConsumerOptions& options, const Clock& clock);

Result<std::unique_ptr<Inspector>> make_inspector(const ConsumerOptions& options,
                                                  const Clock& clock);

}  // namespace penstock::queue
