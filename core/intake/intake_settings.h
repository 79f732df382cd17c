// What the intake of one reactor is told, and what it counts.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "adapter/route_table.h"
#include "base/counters.h"
#include "http/client_address.h"
#include "intake/admission.h"
#include "intake/key_ledger.h"
#include "intake/keys.h"
#include "intake/traffic_rules.h"
#include "intake/unknown_keys.h"
#include "io/listener_options.h"
#include "queue/producer.h"
#include "server/http_server.h"

namespace penstock::intake {

enum class QueueFormat : std::uint8_t { kNative, kSidekiq };

// What a reload may change.
struct IntakeSettings {
  server::ServerLimits limits;
  // Of each of its listeners; the address is theirs, and `tls` is for those that speak it.
  io::ListenerOptions listener;
  std::string acme_dir;  // "": no challenges are answered.
  http::NetworkList trusted_proxies;
  std::size_t inflated_bytes_max = 8'388'608;
  std::size_t event_bytes_max = 262'144;
  // Of a body that is held whole, where its route may have larger ones; as sent, and unpacked.
  std::size_t document_bytes_max = 16'777'216;
  // Of a body that is read in pieces, unpacked.
  std::uint64_t drain_bytes_max = 1'073'741'824;
  std::uint64_t inflight_bytes_max = 67'108'864;  // Of this reactor: the process's share.
  bool require_key = false;
  bool ack_durable = true;
  // Where the page script is served besides kScriptPath, and where that one posts its events.
  std::string script_path = "/p.js";
  adapter::ProtocolSwitches protocols = adapter::default_switches();
  std::vector<KeyEntry> keys;
  FingerprintSettings fingerprints;
  std::string console_url;  // Where people reach the console; "" where nobody said.
  std::vector<adapter::Hook> hooks;
  std::shared_ptr<const TrafficRules> traffic;  // Shared by all reactors. nullptr: none.
};

struct IntakeOptions {
  std::vector<std::string> listen;  // Besides the sockets that are given to listen().
  QueueFormat format = QueueFormat::kNative;
  std::string sidekiq_queue = "default";
  std::string sidekiq_class = "ProcessRequestJob";
  queue::ProducerOptions producer;
  UnknownKeys* unknown_keys = nullptr;  // Borrowed, and the process's. nullptr: nobody asks.
  KeyLedger* key_ledger = nullptr;      // As above.
  std::uint32_t reactor = 0;            // Its place in the ledger.
};

// Of penstock_ingest_events_total.
inline constexpr std::string_view kOutcomes[] = {"queued", "spooled", "rejected", "refused"};

// Why a request is refused for its keys; label of the metrics, by Admission::Verdict but the first.
inline constexpr std::string_view kKeyReasons[] = {"missing", "unknown", "revoked", "expired",
                                                   "origin",  "address", "quota"};

// By TrafficReason.
struct TrafficCounters {
  std::array<Counter, std::size(kTrafficReasons)> dropped;
  std::array<Counter, std::size(kTrafficReasons)> marked;
};

// Written by the reactor, read by any thread.
struct IntakeCounters {
  server::ServerCounters server;
  // By adapter::protocols() and kOutcomes.
  std::vector<std::array<Counter, std::size(kOutcomes)>> events{adapter::protocols().size()};
  Counter inflight_bytes;
  TrafficCounters traffic;
  std::array<Counter, std::size(kKeyReasons)> refused_keys;  // Requests.
};

}  // namespace penstock::intake
