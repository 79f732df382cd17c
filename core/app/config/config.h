// The configuration of every program: one struct, filled from five places, checked as a whole.
//
// Precedence, highest first: --set, environment (PENSTOCK_SECTION_KEY), conf.d/*.toml beside the
// file in name order (later files win), the file, the defaults below. Every fault is collected with
// its file and line, so that one run shows them all; an unknown key is a fault.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/adapter.h"
#include "adapter/route_table.h"

namespace penstock::app {

// Of a program whose listeners may speak TLS.
struct TlsConfig {
  std::vector<std::string> tls_listen;
  std::vector<std::string> tls_certificate;  // PEM files; the first is for who names no other.
  std::vector<std::string> tls_key;          // Of the certificate at the same place.
  std::string tls_client_ca;                 // Who connects must have a certificate of it.
  std::string acme_dir;
};

struct IngestConfig : TlsConfig {
  std::vector<std::string> listen = {"0.0.0.0:8080"};
  std::int64_t threads = 0;
  std::string ack = "durable";
  std::string admin_listen = "127.0.0.1:9101";
  std::int64_t max_body_bytes = 1'048'576;
  std::int64_t max_inflated_bytes = 8'388'608;
  std::int64_t max_document_bytes = 16'777'216;
  std::int64_t max_drain_bytes = 1'073'741'824;
  std::int64_t max_header_bytes = 16'384;
  std::int64_t max_event_bytes = 262'144;
  std::int64_t max_inflight_bytes = 67'108'864;
  std::int64_t header_timeout_ms = 10'000;
  std::int64_t body_timeout_ms = 30'000;
  std::int64_t idle_timeout_ms = 60'000;
  std::int64_t drain_timeout_ms = 25'000;
  std::int64_t max_connections = 65'536;
  std::vector<std::string> trusted_proxies = {"127.0.0.0/8", "::1/128"};
  bool proxy_protocol = false;
  bool require_key = false;
  std::int64_t max_target_bytes = 65'536;
  std::string keys_file;
  std::string script_path = "/p.js";
};

// Which protocols of adapter::protocols() the intake speaks, by their place there.
struct ProtocolConfig {
  std::array<bool, adapter::kProtocolsMax> is_on = [] {
    std::array<bool, adapter::kProtocolsMax> switches{};
    const adapter::ProtocolSwitches defaults = adapter::default_switches();
    std::copy(defaults.begin(), defaults.end(), switches.begin());
    return switches;
  }();
};

// Of unwanted traffic: what is dropped, and what is marked.
struct TrafficConfig {
  std::vector<std::string> drop_paths;
  std::vector<std::string> drop_addresses;
  std::string drop_networks_file;
  std::vector<std::string> drop_agents;
  std::vector<std::string> drop_referrers;
  std::vector<std::string> mark_paths;
  std::vector<std::string> mark_addresses;
  std::string mark_networks_file;
  std::vector<std::string> mark_agents;
  std::vector<std::string> mark_referrers;
};

struct QueueConfig {
  std::string url = "spool:";
  std::string key = "penstock:events";
  std::string format = "native";
  std::string sidekiq_queue = "default";
  std::string sidekiq_class = "ProcessRequestJob";
  std::int64_t timeout_ms = 2'000;
  std::int64_t max_memory_percent = 80;
  std::string evicting_redis = "warn";
  std::string tls_ca;  // Who vouches for the queue; "": whom the system trusts.
  std::string tls_certificate;
  std::string tls_key;
};

struct SpoolConfig {
  std::string path;
  std::int64_t max_bytes = 10'737'418'240;
  std::int64_t segment_bytes = 67'108'864;
};

struct WorkerConfig {
  std::int64_t batch_rows = 5'000;
  std::int64_t batch_wait_ms = 200;
  std::string admin_listen = "127.0.0.1:9102";
  std::string control_listen;
};

struct StoreConfig {
  std::string url;
  std::int64_t retention_days = 0;
  std::vector<std::string> retain;
  std::int64_t max_bytes = 0;
  std::int64_t compact_after_days = 0;
  bool anonymize_ip = false;
  std::string geoip_database;
};

struct ConsoleConfig : TlsConfig {
  std::string listen = "127.0.0.1:8081";  // "": with TLS alone.
  std::string admin_listen = "127.0.0.1:9103";
  std::int64_t session_hours = 12;
  std::int64_t session_idle_minutes = 30;
  std::string public_url;
  std::string redirect_listen;
  std::int64_t hsts_seconds = 0;
};

// A table [hooks.NAME]: a web hook whose senders sign.
struct HookConfig {
  std::string scheme;  // One of adapter::kHookSchemes.
  std::string secret;  // This or the file.
  std::string secret_file;
  std::string project;  // "": the request's key says.

  bool operator==(const HookConfig&) const = default;
};

// By which rules errors are grouped (errors/README.md of the adapters).
struct ErrorsConfig {
  std::int64_t fingerprint_rules = adapter::kFingerprintRulesFirst;
  std::map<std::string, std::int64_t, std::less<>> projects;  // Of those that have others.

  bool operator==(const ErrorsConfig&) const = default;
};

struct Config {
  IngestConfig ingest;
  ProtocolConfig protocols;
  ErrorsConfig errors;
  std::map<std::string, HookConfig, std::less<>> hooks;
  TrafficConfig traffic;
  QueueConfig queue;
  SpoolConfig spool;
  WorkerConfig worker;
  StoreConfig store;
  ConsoleConfig console;
  std::string state_dir = "/var/lib/penstock";
  std::string log_level = "info";
  std::string log_format = "text";

  // Paths with their defaults in the state directory filled in.
  std::string keys_path() const;
  // The keys that the console makes, in a folder of its own that the intake reads.
  std::string console_keys_path() const;
  std::string console_keys_folder() const;
  std::string spool_path() const;
  std::string store_path() const;  // The folder of day files.
  // The console's alone: console.db (users and sessions) and, until it is changed, the first
  // password.
  std::string console_folder() const;
  std::string console_path() const;
  std::string password_path() const;
};

struct Fault {
  // "/etc/penstock/penstock.toml:12", "/etc/penstock/conf.d/10-redis.toml:3", "--set",
  // "PENSTOCK_QUEUE_URL". Files are named by the path that was given, so that editors find them.
  std::string where;
  // A sentence; an unknown key names the nearest known one. Never shows queue.url or store.url,
  // which may hold a password, nor a hook's secret.
  std::string what;
};

struct ConfigSources {
  std::string file;
  bool is_file_required = false;  // False: an absent file is as an empty one.
  std::vector<std::string> sets;  // "section.key=value".
  const char* const* environment = nullptr;
};

struct LoadedConfig {
  Config config;
  // Where a setting was set, by its name; absent for one that has its default. Of a web hook also
  // where it was first spoken of, by "hooks.NAME".
  std::map<std::string, std::string, std::less<>> set_at;
  std::vector<Fault> faults;  // Empty: the configuration may be used.
  // Addresses that two programs cannot both listen at where they run on one machine. Each of them
  // may use the configuration; --check and `penstock up` say that not all can.
  std::vector<Fault> faults_on_one_machine;
};

LoadedConfig load_config(const ConfigSources& sources);

// Where to look for what is wrong with a setting: where it was set, else its name.
std::string place_of(const LoadedConfig& loaded, std::string_view setting);

}  // namespace penstock::app
