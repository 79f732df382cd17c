#include "console/api/request/services.h"

#include <utility>

#include "store/backends.h"

namespace penstock::console {
namespace {

// A worker that is at it may wait for Redis or for a lock of the spool, one after the other.
constexpr std::chrono::seconds kWorkerDeadline{20};

}  // namespace

Result<std::unique_ptr<Services>> Services::open(const ConsoleSettings& settings,
                                                 const Clock& clock, SignInLimiter& limiter) {
  auto accounts = Accounts::open(settings.accounts_path, clock);
  if (!accounts) return fail(accounts.error());
  auto audit = AuditLog::open(settings.accounts_path, clock);
  if (!audit) return fail(audit.error());
  auto queries = store::open_queries(settings.store_path);
  if (!queries) return fail(queries.error());
  auto inspector = queue::make_inspector(settings.queue, clock);
  if (!inspector) return fail(inspector.error());
  auto dead_letters = queue::make_dead_letter_box(settings.queue, clock);
  if (!dead_letters) return fail(dead_letters.error());
  control::Client worker(settings.worker_address, kWorkerDeadline);
  DeviceTokens devices((*accounts)->device_key());
  return std::unique_ptr<Services>(
      new Services{settings, clock, limiter, std::move(devices), clock.wall_ms(),
                   std::move(*accounts), std::move(*audit), std::move(*queries),
                   std::move(*inspector), std::move(*dead_letters), std::move(worker)});
}

}  // namespace penstock::console
