// Configuration to the layers' own options: the part of program.h that is arithmetic.
#include <algorithm>
#include <array>

#include <unistd.h>

#include "app/hook_secrets.h"
#include "app/program.h"
#include "app/traffic_options.h"
#include "base/check.h"
#include "base/random.h"
#include "base/text.h"
#include "http/client_address.h"
#include "intake/keys.h"
#include "io/process_limits.h"
#include "queue/backend.h"
#include "queue/contract/options.h"

namespace penstock::app {
namespace {

// The admin port and the console serve people and scrapers, not crowds.
constexpr std::uint32_t kPlainConnectionsMax = 1'024;
// A spool of fewer segments than this could not give its room back piece by piece.
constexpr std::uint64_t kSegmentsMin = 4;
constexpr std::size_t kNonceBytes = 6;

bool is_sidekiq(const Config& config) { return config.queue.format == "sidekiq"; }

queue::SpoolOptions spool_options(const Config& config) {
  queue::SpoolOptions options;
  options.path = config.spool_path();
  options.bytes_max = static_cast<std::uint64_t>(config.spool.max_bytes);
  options.segment_bytes = std::min(static_cast<std::uint64_t>(config.spool.segment_bytes),
                                   std::max<std::uint64_t>(options.bytes_max / kSegmentsMin, 1));
  return options;
}

queue::QueueOptions queue_options(const Config& config) {
  queue::QueueOptions options;
  options.url = config.queue.url;
  options.key = config.queue.key;
  // Sidekiq's format says something only about a queue that knows it.
  const queue::Backend* backend = queue::find_backend(options.url);
  PENSTOCK_CHECK(backend != nullptr);  // A URL that is none was refused when it was loaded.
  if (is_sidekiq(config) && backend->capabilities.knows_sidekiq) {
    options.sidekiq_queue = config.queue.sidekiq_queue;
  }
  options.timeout_ms = config.queue.timeout_ms;
  options.memory_percent_max = static_cast<std::uint32_t>(config.queue.max_memory_percent);
  options.refuses_eviction = config.queue.evicting_redis == "refuse";
  options.tls_ca = config.queue.tls_ca;
  options.tls_certificate = config.queue.tls_certificate;
  options.tls_key = config.queue.tls_key;
  options.spool = spool_options(config);
  return options;
}

// As Sidekiq names its processes: "HOST:PID:NONCE", the nonce twelve hex digits.
std::string worker_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::uint64_t nonce = Random::from_system().next();
  std::string name = str_cat(std::string_view(host.data()), ":", getpid(), ":");
  append_hex(name, std::string_view(reinterpret_cast<const char*>(&nonce), kNonceBytes));
  return name;
}

// Shares round up: many reactors and a small limit must not leave one with nothing.
std::uint64_t share(std::int64_t total, std::uint32_t reactors) {
  const auto parts = std::max<std::uint64_t>(reactors, 1);
  return (static_cast<std::uint64_t>(total) + parts - 1) / parts;
}

}  // namespace

std::uint32_t reactor_count(const IngestConfig& config) {
  return config.threads > 0 ? static_cast<std::uint32_t>(config.threads) : io::available_cores();
}

queue::ProducerOptions producer_options(const Config& config, std::uint32_t reactor) {
  return {queue_options(config), reactor};
}

queue::ConsumerOptions consumer_options(const Config& config) {
  return {queue_options(config), worker_name()};
}

intake::IntakeOptions intake_options(const Config& config, std::uint32_t reactor) {
  intake::IntakeOptions options;
  options.listen = config.ingest.listen;
  options.format =
      is_sidekiq(config) ? intake::QueueFormat::kSidekiq : intake::QueueFormat::kNative;
  options.sidekiq_queue = config.queue.sidekiq_queue;
  options.sidekiq_class = config.queue.sidekiq_class;
  options.producer = producer_options(config, reactor);
  return options;
}

Result<intake::IntakeSettings> intake_settings(const Config& config, std::uint32_t reactors) {
  const IngestConfig& ingest = config.ingest;
  auto keys = intake::read_keys(config.keys_path());
  if (!keys) return fail(keys.error());
  auto trusted = http::NetworkList::parse(ingest.trusted_proxies);
  if (!trusted) return fail(trusted.error());
  std::vector<Contradiction> faults;
  std::vector<adapter::Hook> hooks = read_hooks(config, faults);
  if (!faults.empty()) return fail(ErrorCode::kConfiguration, "read the secrets of web hooks");
  auto traffic = traffic_rules(config, faults);
  if (!faults.empty()) return fail(ErrorCode::kConfiguration, "read the networks of [traffic]");

  intake::IntakeSettings settings;
  server::ServerLimits& limits = settings.limits;
  limits.parser.header_bytes_max = static_cast<std::size_t>(ingest.max_header_bytes);
  limits.parser.target_bytes_max = static_cast<std::size_t>(ingest.max_target_bytes);
  limits.parser.body_bytes_max = static_cast<std::size_t>(ingest.max_body_bytes);
  limits.header_timeout_ms = ingest.header_timeout_ms;
  limits.body_timeout_ms = ingest.body_timeout_ms;
  limits.idle_timeout_ms = ingest.idle_timeout_ms;
  limits.connections_max = static_cast<std::uint32_t>(share(ingest.max_connections, reactors));
  settings.acme_dir = ingest.acme_dir;
  settings.listener.proxy_protocol = ingest.proxy_protocol;
  limits.trusted_proxies = *trusted;
  settings.trusted_proxies = std::move(*trusted);
  settings.inflated_bytes_max = static_cast<std::size_t>(ingest.max_inflated_bytes);
  settings.document_bytes_max = static_cast<std::size_t>(ingest.max_document_bytes);
  settings.drain_bytes_max = static_cast<std::uint64_t>(ingest.max_drain_bytes);
  settings.event_bytes_max = static_cast<std::size_t>(ingest.max_event_bytes);
  settings.inflight_bytes_max = share(ingest.max_inflight_bytes, reactors);
  settings.require_key = ingest.require_key;
  settings.ack_durable = ingest.ack == "durable";
  settings.script_path = ingest.script_path;
  for (std::size_t i = 0; i < settings.protocols.size(); ++i) {
    settings.protocols[i] = config.protocols.is_on[i];
  }
  settings.keys = std::move(*keys);
  settings.fingerprints.of_others = static_cast<int>(config.errors.fingerprint_rules);
  for (const auto& [project, rules] : config.errors.projects) {
    settings.fingerprints.of_projects[project] = static_cast<int>(rules);
  }
  settings.console_url = config.console.public_url;
  settings.hooks = std::move(hooks);
  settings.traffic = std::move(traffic);
  return settings;
}

server::ServerLimits plain_server_limits() {
  server::ServerLimits limits;
  limits.connections_max = kPlainConnectionsMax;
  return limits;
}

}  // namespace penstock::app
