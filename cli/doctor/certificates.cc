// Whether the certificates can be used, the listeners' and ours for the queue, and for how long
// yet.
#include <string>

#include "app/tls/tls_files.h"
#include "base/text.h"
#include "cli/doctor/checks.h"

namespace penstock::cli {
namespace {

// As the alert PenstockCertificateExpiring.
constexpr std::int64_t kSoonMs = 14 * kDayMs;

void tell(const app::TlsLook& look, std::int64_t now_ms, Findings& findings) {
  if (!look.setting.empty()) {
    findings.fail(look.what, look.setting, "put a pair there that fits; docs/tls.md says how");
  }
  for (const auto& expiry : look.expiries) {
    const std::int64_t at_ms = expiry.at_s * 1'000;
    const std::string day = day_text(at_ms);
    if (at_ms <= now_ms) {
      findings.fail(str_cat("the certificate of ", expiry.name, " expired on ", day), expiry.path,
                    "renew it; the new files are taken without a restart");
    } else if (at_ms <= now_ms + kSoonMs) {
      findings.warn(str_cat("the certificate of ", expiry.name, " expires on ", day), expiry.path,
                    "see why the certificate client has not renewed it yet");
    } else {
      findings.ok(str_cat("the certificate of ", expiry.name, " is good until ", day), expiry.path);
    }
  }
}

}  // namespace

void check_certificates(const Examined& examined, Findings& findings) {
  const std::int64_t now_ms = examined.clock.wall_ms();
  tell(app::look_at_tls("ingest", examined.config.ingest), now_ms, findings);
  tell(app::look_at_tls("console", examined.config.console), now_ms, findings);
  tell(app::look_at_queue_tls(examined.config.queue), now_ms, findings);
}

}  // namespace penstock::cli
