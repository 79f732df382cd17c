#include "app/tls/tls_files.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include "app/process/run_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "files/credential.h"
#include "tls/client_context.h"

namespace penstock::app {
namespace {

constexpr std::string_view kQueue = "queue";

bool is_any_out_of_sight(const std::vector<std::string>& paths) {
  return std::any_of(paths.begin(), paths.end(), files::is_credential_out_of_sight);
}

// What is out of sight the service itself will judge.
bool is_out_of_sight(const TlsConfig& config) {
  return is_any_out_of_sight(config.tls_certificate) || is_any_out_of_sight(config.tls_key) ||
         is_any_out_of_sight({config.tls_client_ca});
}

// `who` refuses what has expired.
void take_look(const TlsLook& look, std::string_view section, std::string_view who,
               LoadedConfig& loaded, std::vector<std::string>* warnings) {
  if (!look.setting.empty()) {
    loaded.faults.push_back(
        {place_of(loaded, look.setting), str_cat(look.setting, ": ", look.what)});
  }
  if (warnings == nullptr) return;
  for (const tls::CertificateExpiry& expiry : look.expiries) {
    if (expiry.at_s > ::time(nullptr)) continue;
    warnings->push_back(str_cat("the certificate ", expiry.path, " (", section,
                                ".tls_certificate) expired on ", day_text(expiry.at_s * 1'000),
                                ": ", who, " will refuse it"));
  }
}

}  // namespace

tls::ServerFiles tls_files(const TlsConfig& config) {
  return {config.tls_certificate, config.tls_key, config.tls_client_ca};
}

files::Look look_at(const tls::ServerFiles& files) {
  std::vector<std::string> paths = files.certificates;
  paths.insert(paths.end(), files.keys.begin(), files.keys.end());
  if (!files.client_ca.empty()) paths.push_back(files.client_ca);
  return files::Look(paths);
}

std::string tls_setting(std::string_view section, tls::FileFault::Which which) {
  switch (which) {
    case tls::FileFault::Which::kCertificate:
      return str_cat(section, ".tls_certificate");
    case tls::FileFault::Which::kKey:
      return str_cat(section, ".tls_key");
    case tls::FileFault::Which::kAuthorities:
      break;
  }
  return str_cat(section, section == kQueue ? ".tls_ca" : ".tls_client_ca");
}

TlsLook look_at_tls(std::string_view section, const TlsConfig& config) {
  if (config.tls_listen.empty() || config.tls_certificate.empty() ||
      config.tls_certificate.size() != config.tls_key.size()) {
    return {};
  }
  static const SystemClock clock;
  tls::FileFault fault;
  const auto context =
      tls::ServerContext::make(tls_files(config), std::make_shared<tls::TicketKeys>(clock),
                               std::make_shared<tls::HandshakeCounters>(), fault);
  if (context == nullptr) return {{}, tls_setting(section, fault.which), fault.what};
  return {context->expiries(), "", ""};
}

TlsLook look_at_queue_tls(const QueueConfig& config) {
  if (!config.url.starts_with("rediss://") ||
      config.tls_certificate.empty() != config.tls_key.empty()) {
    return {};
  }
  tls::FileFault fault;
  const auto context =
      tls::ClientContext::make({config.tls_ca, config.tls_certificate, config.tls_key}, fault);
  if (context == nullptr) return {{}, tls_setting(kQueue, fault.which), fault.what};
  TlsLook look;
  if (context->expiry()) look.expiries.push_back(*context->expiry());
  return look;
}

void check_tls_files(std::string_view program, LoadedConfig& loaded,
                     std::vector<std::string>* warnings) {
  const Config& config = loaded.config;
  if ((program.empty() || program == kIngestProgram) && !is_out_of_sight(config.ingest)) {
    take_look(look_at_tls("ingest", config.ingest), "ingest", "clients", loaded, warnings);
  }
  if ((program.empty() || program == kConsoleProgram) && !is_out_of_sight(config.console)) {
    take_look(look_at_tls("console", config.console), "console", "clients", loaded, warnings);
  }
}

void check_queue_files(LoadedConfig& loaded, std::vector<std::string>& warnings) {
  const QueueConfig& queue = loaded.config.queue;
  if (is_any_out_of_sight({queue.tls_ca, queue.tls_certificate, queue.tls_key})) return;
  take_look(look_at_queue_tls(queue), kQueue, "Redis", loaded, &warnings);
}

}  // namespace penstock::app
