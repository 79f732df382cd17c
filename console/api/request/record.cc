#include "console/api/request/record.h"

#include "base/log.h"
#include "base/text.h"

namespace penstock::console {

namespace {

void report(const Result<void>& added, std::string_view act) {
  if (added) return;
  log_error("audit.failed", "the audit log misses an entry",
            {{"act", act}, {"error", to_text(added.error())}});
}

}  // namespace

std::string actor_of(const Call& call) {
  if (!call.session) return {};
  const std::string& email = call.session->user.email;
  return call.token_name.empty() ? email : str_cat("token ", call.token_name, " (", email, ")");
}

void record(const Call& call, Services& services, std::string_view act, std::string_view subject,
            std::string_view detail) {
  record_as(actor_of(call), services, act, subject, detail);
}

void record_as(std::string_view actor, Services& services, std::string_view act,
               std::string_view subject, std::string_view detail) {
  AuditEntry entry;
  entry.actor = actor;
  entry.act = act;
  entry.subject = subject;
  entry.detail = detail;
  report(services.audit->add(entry), act);
}

void record_refused(const Call& call, Services& services, std::string_view email) {
  report(services.audit->add_refused(email, call.client), "session.refuse");
}

}  // namespace penstock::console
