// Whether the TLS listeners' certificates can be used, and for how long yet.
#include <string>
#include <string_view>

#include "app/tls/tls_files.h"
#include "base/text.h"
#include "cli/doctor/checks.h"

namespace penstock::cli {
namespace {

// As the alert PenstockCertificateExpiring.
constexpr std::int64_t kSoonMs = 14 * kDayMs;

void look_at(std::string_view section, const app::TlsConfig& config, std::int64_t now_ms,
             Findings& findings) {
  const app::TlsLook look = app::look_at_tls(section, config);
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
  look_at("ingest", examined.config.ingest, now_ms, findings);
  look_at("console", examined.config.console, now_ms, findings);
}

}  // namespace penstock::cli
