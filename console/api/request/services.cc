#include "console/api/request/services.h"

#include <utility>

#include "files/folder.h"
#include "store/backends.h"

namespace penstock::console {
namespace {

// A worker that is at it may wait for Redis or for a lock of the spool, one after the other.
constexpr std::chrono::seconds kWorkerDeadline{20};

}  // namespace

std::string ConsoleSettings::history_path() const {
  return files::folder_of(accounts_path) + "/queue_history.db";
}

Result<std::unique_ptr<Services>> Services::open(const ConsoleSettings& settings,
                                                 const Clock& clock, SignInLimiter& limiter) {
  auto accounts = Accounts::open(settings.accounts_path, clock);
  if (!accounts) return fail(accounts.error());
  (*accounts)->sessions().end_when_idle_for(settings.session_idle_minutes * 60'000);
  auto audit = AuditLog::open(settings.accounts_path, clock);
  if (!audit) return fail(audit.error());
  auto tokens = ApiTokens::open(settings.accounts_path, clock);
  if (!tokens) return fail(tokens.error());
  auto invitations = Invitations::open(settings.accounts_path, clock);
  if (!invitations) return fail(invitations.error());
  auto views = SavedViews::open(settings.accounts_path, clock);
  if (!views) return fail(views.error());
  auto errors = ErrorGroups::open(settings.accounts_path, clock);
  if (!errors) return fail(errors.error());
  auto queries = store::open_queries(settings.store_path);
  if (!queries) return fail(queries.error());
  auto inspector = queue::make_inspector(settings.queue, clock);
  if (!inspector) return fail(inspector.error());
  auto dead_letters = queue::make_dead_letter_box(settings.queue, clock);
  if (!dead_letters) return fail(dead_letters.error());
  auto look = queue::make_look(settings.queue, clock);
  if (!look) return fail(look.error());
  control::Client worker(settings.worker_address, kWorkerDeadline);
  DeviceTokens devices((*accounts)->device_key());
  return std::unique_ptr<Services>(new Services{
      settings, clock, limiter, std::move(devices), clock.wall_ms(), std::move(*accounts),
      std::move(*audit), std::move(*tokens), std::move(*invitations), std::move(*views),
      std::move(*errors), std::move(*queries), std::move(*inspector), std::move(*dead_letters),
      std::move(*look), std::move(worker)});
}

}  // namespace penstock::console
