// The intake of one reactor: its HTTP server, adapters, keys and producer.
//
// All events that one turn of the loop has parsed, whatever connections they came from, leave as
// one submission at the end of the turn; their answers wait for its outcome (ack = "durable").
// Past max_inflight_bytes the reactor stops reading its sockets.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "adapter/route_table.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "http/client_address.h"
#include "intake/keys.h"
#include "io/listen_socket.h"
#include "io/loop.h"
#include "queue/producer.h"
#include "server/http_server.h"

namespace penstock::intake {

enum class QueueFormat : std::uint8_t { kNative, kSidekiq };

// What a reload may change.
struct IntakeSettings {
  server::ServerLimits limits;
  http::NetworkList trusted_proxies;
  std::size_t inflated_bytes_max = 8'388'608;
  std::size_t event_bytes_max = 262'144;
  std::uint64_t inflight_bytes_max = 67'108'864;  // Of this reactor: the process's share.
  bool require_key = false;
  bool ack_durable = true;
  adapter::ProtocolSwitches protocols = adapter::default_switches();
  std::vector<KeyEntry> keys;
};

struct IntakeOptions {
  std::vector<std::string> listen;  // Besides the sockets that are given to listen().
  QueueFormat format = QueueFormat::kNative;
  std::string sidekiq_queue = "default";
  std::string sidekiq_class = "ProcessRequestJob";
  queue::ProducerOptions producer;
};

// Of penstock_ingest_events_total.
inline constexpr std::string_view kOutcomes[] = {"queued", "spooled", "rejected", "refused"};

// Written by the reactor, read by any thread.
struct IntakeCounters {
  server::ServerCounters server;
  // By adapter::protocols() and kOutcomes.
  std::vector<std::array<Counter, std::size(kOutcomes)>> events{adapter::protocols().size()};
  Counter inflight_bytes;
};

class Intake {
 public:
  // Borrows `loop`, `clock` and `counters`. Listens when it returns.
  static Result<std::unique_ptr<Intake>> start(const IntakeOptions& options,
                                               const IntakeSettings& settings, io::Loop& loop,
                                               const Clock& clock, IntakeCounters& counters);
  virtual ~Intake() = default;

  // As HttpServer's. On the loop's thread, or before it runs.
  virtual void listen(io::ListenSocket socket) = 0;
  virtual void listen_briefly(io::ListenSocket socket, std::int64_t for_ms) = 0;
  virtual void set_keeper(io::Keeper keeper) = 0;

  virtual void apply(const IntakeSettings& settings) = 0;
  virtual std::uint16_t port() const = 0;
  // Where it listens, with the ports that were picked.
  virtual std::vector<std::string> addresses() const = 0;
  virtual queue::ProducerState producer_state() const = 0;

  // Stops accepting, answers what was received, then calls back when all of it is durable.
  virtual void drain(std::function<void()> on_drained) = 0;
};

}  // namespace penstock::intake
