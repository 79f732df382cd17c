#include "console/api/request/services.h"

#include <utility>

#include "store/backends.h"

namespace penstock::console {

Result<std::unique_ptr<Services>> Services::open(const ConsoleSettings& settings,
                                                 const Clock& clock, SignInLimiter& limiter) {
  auto accounts = Accounts::open(settings.accounts_path, clock);
  if (!accounts) return fail(accounts.error());
  auto queries = store::open_queries(settings.store_path);
  if (!queries) return fail(queries.error());
  auto inspector = queue::make_inspector(settings.queue, clock);
  if (!inspector) return fail(inspector.error());
  auto dead_letters = queue::make_dead_letter_box(settings.queue, clock);
  if (!dead_letters) return fail(dead_letters.error());
  DeviceTokens devices((*accounts)->device_key());
  return std::unique_ptr<Services>(new Services{
      settings, clock, limiter, std::move(devices), clock.wall_ms(), std::move(*accounts),
      std::move(*queries), std::move(*inspector), std::move(*dead_letters)});
}

}  // namespace penstock::console
