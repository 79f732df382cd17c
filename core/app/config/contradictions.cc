#include "app/config/contradictions.h"

#include <string_view>
#include <utility>

#include "app/config/hook_settings.h"
#include "app/config/retention_rules.h"
#include "base/text.h"

namespace penstock::app {
namespace {

void check_tls(std::string_view section, const TlsConfig& tls, std::vector<Contradiction>& found) {
  const auto name = [&](std::string_view key) { return str_cat(section, ".", key); };
  const std::size_t certificates = tls.tls_certificate.size();
  const std::size_t keys = tls.tls_key.size();
  if (certificates != keys) {
    const std::string key = name(certificates < keys ? "tls_certificate" : "tls_key");
    found.push_back(
        {key, str_cat(name("tls_certificate"), " names ", certificates, " and ", name("tls_key"),
                      " ", keys, "; each certificate needs its key, in the same order")});
  }
  if (!tls.tls_listen.empty() && certificates == 0 && keys == 0) {
    found.push_back(
        {name("tls_listen"), str_cat(name("tls_listen"), " needs ", name("tls_certificate"),
                                     " and ", name("tls_key"))});
  }
}

// Nobody is to believe that something is encrypted which is not.
void check_queue(const QueueConfig& queue, std::vector<Contradiction>& found) {
  const std::pair<const char*, const std::string&> files[] = {
      {"queue.tls_ca", queue.tls_ca},
      {"queue.tls_certificate", queue.tls_certificate},
      {"queue.tls_key", queue.tls_key}};
  for (const auto& [name, file] : files) {
    if (file.empty() || queue.url.starts_with("rediss://")) continue;
    found.push_back({name, str_cat(name,
                                   " is set, but queue.url does not want TLS; begin it with "
                                   "rediss:// or take the setting away")});
  }
  if (queue.tls_certificate.empty() == queue.tls_key.empty()) return;
  const bool is_key = queue.tls_certificate.empty();
  const char* given = is_key ? "queue.tls_key" : "queue.tls_certificate";
  const char* missing = is_key ? "queue.tls_certificate" : "queue.tls_key";
  found.push_back({given, str_cat(given, " needs ", missing, ", which belongs to it")});
}

}  // namespace

std::vector<Contradiction> contradictions(const Config& config) {
  std::vector<Contradiction> found;
  if (const auto fault = store::fault_of_rules(retention_rules(config)); !fault.empty()) {
    found.push_back({"store.retain", str_cat("store.retain ", fault)});
  }
  if (config.ingest.listen.empty() && config.ingest.tls_listen.empty()) {
    found.push_back(
        {"ingest.listen", "ingest.listen needs at least one address, or ingest.tls_listen does"});
  }
  if (config.console.listen.empty() && config.console.tls_listen.empty()) {
    found.push_back({"console.listen", "console.listen is \"\"; set it or console.tls_listen"});
  }
  if (!config.console.redirect_listen.empty() && config.console.tls_listen.empty() &&
      !config.console.public_url.starts_with("https://")) {
    found.push_back({"console.redirect_listen",
                     "console.redirect_listen has nowhere to send browsers to; set "
                     "console.tls_listen, or console.public_url to an https:// address"});
  }
  check_tls("ingest", config.ingest, found);
  check_tls("console", config.console, found);
  check_queue(config.queue, found);
  for (Contradiction& of_hook : hook_contradictions(config)) found.push_back(std::move(of_hook));
  return found;
}

}  // namespace penstock::app
