// What endpoints lean on: accounts, the store's queries, the queue's state and its dead letters.
//
// One Services belongs to one thread; the dispatcher has one for each thread of its lanes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "console/api/auth/accounts.h"
#include "console/api/auth/api_tokens.h"
#include "console/api/auth/audit_log.h"
#include "console/api/auth/device_token.h"
#include "console/api/auth/invitations.h"
#include "console/api/auth/saved_views.h"
#include "console/api/auth/sign_in_limiter.h"
#include "console/api/errors/error_groups.h"
#include "console/api/request/protocol_switches.h"
#include "console/api/request/shown_settings.h"
#include "control/client.h"
#include "queue/consumer.h"
#include "queue/dead_letter_box.h"
#include "queue/look.h"
#include "store/contract/queries.h"
#include "store/contract/retention_rule.h"

namespace penstock::console {

struct ConsoleSettings {
  std::string version;
  std::string state_dir;
  std::string accounts_path;  // console.db
  std::string store_path;
  std::uint32_t retention_days = 0;
  std::vector<store::RetentionRule> retain;
  std::uint64_t store_bytes_max = 0;
  std::string spool_path;
  std::string password_file;
  std::string public_url;
  std::int64_t session_hours = 12;
  std::int64_t session_idle_minutes = 0;        // 0: sessions last their hours.
  std::int64_t hsts_seconds = 0;                // 0: not sent.
  std::string acme_dir;                         // "": no challenges are answered.
  std::string worker_address;                   // Of its control socket: "unix:/path".
  std::string roots_keys_path;                  // keys.json: to look at.
  std::string keys_path;                        // The keys that are made here.
  const ProtocolSwitches* protocols = nullptr;  // Borrowed. Nullptr: as they are by default.
  const ShownSettings* shown = nullptr;         // Borrowed. Nullptr: none.
  queue::ConsumerOptions queue;

  // Beside the accounts.
  std::string history_path() const;
};

struct Services {
  // Borrows all for its lifetime. Errors: the store's folder, console.db or the queue's address
  // cannot be used.
  static Result<std::unique_ptr<Services>> open(const ConsoleSettings& settings, const Clock& clock,
                                                SignInLimiter& limiter);

  const ConsoleSettings& settings;
  const Clock& clock;
  SignInLimiter& limiter;  // Shared; safe from any thread.
  const DeviceTokens devices;
  std::int64_t started_at_ms;
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<ApiTokens> tokens;
  std::unique_ptr<Invitations> invitations;
  std::unique_ptr<SavedViews> views;
  std::unique_ptr<ErrorGroups> errors;
  std::unique_ptr<store::Queries> queries;
  std::unique_ptr<queue::Inspector> inspector;
  std::unique_ptr<queue::DeadLetterBox> dead_letters;  // To look at: the worker changes them.
  std::unique_ptr<queue::Look> look;
  const control::Client worker;
};

}  // namespace penstock::console
