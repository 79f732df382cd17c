// Makes the look at a queue's workers and timed jobs that a configuration asks for.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/error.h"
#include "queue/contract/look.h"
#include "queue/contract/options.h"

namespace penstock::queue {

// Borrows `clock`. The service need not be up. kConfiguration for a URL that is none.
Result<std::unique_ptr<Look>> make_look(const ConsumerOptions& options, const Clock& clock);

}  // namespace penstock::queue
