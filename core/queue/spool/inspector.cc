#include "queue/spool/inspector.h"

#include "queue/spool/peek.h"

namespace penstock::queue {

SpoolInspector::SpoolInspector(const SpoolOptions& options, const Clock& clock)
    : clock_(clock), spool_(options.path), census_(options.path), dead_letters_(options.path) {}

Result<QueueState> SpoolInspector::state() { return census_.state(clock_.wall_ms()); }

Result<std::uint64_t> SpoolInspector::dead_letters() { return dead_letters_.count(); }

Result<std::vector<WaitingMessage>> SpoolInspector::peek(std::size_t messages_max,
                                                         std::size_t bytes_max) {
  return peek_spool(spool_, messages_max, bytes_max);
}

}  // namespace penstock::queue
