#include "app/tls/tls_service.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

// Short enough that nobody waits for a renewal, long enough that a pair of files is written between
// two looks.
constexpr std::int64_t kLookMs = 1'000;
constexpr std::int64_t kSoonMs = 14 * kDayMs;

std::string names_of(const std::vector<tls::CertificateExpiry>& expiries) {
  std::string names;
  for (const auto& expiry : expiries) names += str_cat(names.empty() ? "" : ", ", expiry.name);
  return names;
}

}  // namespace

TlsService::TlsService(std::string_view section, io::Loop& loop, const Clock& clock,
                       std::function<void()> on_changed)
    : section_(section),
      clock_(clock),
      on_changed_(std::move(on_changed)),
      tickets_(std::make_shared<tls::TicketKeys>(clock)),
      counters_(std::make_shared<tls::HandshakeCounters>()),
      timer_(loop, [this] { look(); }) {}

bool TlsService::take(const TlsConfig& config) {
  // A reload may take the files away and leave the listeners until the next start.
  if (config.tls_listen.empty() || config.tls_certificate.empty()) return true;
  const Watched before = std::exchange(watched_, {tls_files(config), {}, {}, false});
  if (!read()) {
    watched_ = before;
    return false;
  }
  if (!timer_.is_armed()) timer_.start_every(kLookMs);
  return true;
}

bool TlsService::read() {
  watched_.read_at = watched_.last_look = look_at(watched_.files);
  tls::FileFault fault;
  auto context = tls::ServerContext::make(watched_.files, tickets_, counters_, fault);
  watched_.is_faulty = context == nullptr;
  if (watched_.is_faulty) {
    log_error("tls.unusable",
              context_ == nullptr ? "the certificates cannot be used"
                                  : "the certificates cannot be used, the old ones stay",
              {{"setting", tls_setting(section_, fault.which)}, {"reason", fault.what}});
    return false;
  }
  context_ = std::move(context);
  const auto expiries = context_->expiries();
  log_info("tls", "certificates taken", {{"names", names_of(expiries)}});
  const std::int64_t now_ms = clock_.wall_ms();
  for (const auto& expiry : expiries) {
    if (expiry.at_s * 1'000 > now_ms + kSoonMs) continue;
    log_warn("tls.expiry",
             expiry.at_s * 1'000 > now_ms ? "a certificate expires soon"
                                          : "a certificate has expired: clients refuse it",
             {{"name", expiry.name}, {"file", expiry.path}, {"on", day_text(expiry.at_s * 1'000)}});
  }
  return true;
}

// Whoever renews writes several files, one after the other.
void TlsService::look() {
  const files::Look now = look_at(watched_.files);
  const bool is_settled = now == std::exchange(watched_.last_look, now);
  if (now == watched_.read_at || !is_settled) return;
  if (read()) on_changed_();
}

void TlsService::append_metrics(std::string& out, std::uint64_t tls_on_plain) const {
  server::MetricsWriter writer(out);
  writer.family(str_cat("penstock_", section_, "_tls_handshakes_total"), "counter",
                "Handshakes, by how they ended; tls_on_plain: begun at a port without TLS.");
  for (std::size_t i = 0; i < tls::kOutcomes; ++i) {
    const auto outcome = static_cast<tls::Outcome>(i);
    writer.sample({{"outcome", tls::outcome_name(outcome)}},
                  static_cast<double>(counters_->value(outcome)));
  }
  writer.sample({{"outcome", "tls_on_plain"}}, static_cast<double>(tls_on_plain));
  if (context_ == nullptr) return;
  writer.family("penstock_tls_files_faulty", "gauge",
                "1 where certificates or keys have changed and cannot be used: the old ones are.");
  writer.sample(watched_.is_faulty ? 1 : 0);
  writer.family("penstock_tls_certificate_expires_seconds", "gauge",
                "When each certificate in use expires, in seconds since the Unix epoch.");
  for (const auto& expiry : context_->expiries()) {
    writer.sample({{"name", expiry.name}, {"file", expiry.path}}, static_cast<double>(expiry.at_s));
  }
}

}  // namespace penstock::app
