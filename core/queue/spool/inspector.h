// Looks at the spool and at the dead letters beside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "queue/contract/inspector.h"
#include "queue/contract/options.h"
#include "queue/spool/census.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {

class SpoolInspector final : public Inspector {
 public:
  // Borrows `clock`.
  SpoolInspector(const SpoolOptions& options, const Clock& clock);
  Result<QueueState> state() override;
  Result<std::uint64_t> dead_letters() override;
  Result<std::vector<WaitingMessage>> peek(std::size_t messages_max,
                                           std::size_t bytes_max) override;

 private:
  const Clock& clock_;
  const std::string spool_;
  SpoolCensus census_;
  DeadLetterFile dead_letters_;
};

}  // namespace penstock::queue
