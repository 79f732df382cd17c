// The intake of one reactor: its HTTP server, protocols, keys and producer.
//
//   on_request ─▶ key ─▶ body ─▶ adapter ─▶ TickBatch ─┐ end of the turn
//                                                      ▼
//   answers ◀── on_done(ticket, outcome) ◀── producer.submit(ticket, messages)
//
// All events that one turn of the loop has parsed, whatever connections they came from, leave as
// one submission at the end of the turn; their answers wait for its outcome (ack = "durable"). Past
// max_inflight_bytes the reactor stops reading its sockets.
//
// Several submissions are under way at once. When the producer is that busy, a turn's events wait
// for the next turn's, so that a slow queue is given fewer and larger submissions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/contract/protocol.h"
#include "adapter/route_table.h"
#include "base/scratch.h"
#include "http/body_decoder.h"
#include "intake/admission.h"
#include "intake/gathering.h"
#include "intake/intake_request.h"
#include "intake/intake_settings.h"
#include "intake/key_gate.h"
#include "intake/large_request.h"
#include "intake/page_script.h"
#include "intake/tick_batch.h"
#include "intake/tick_table.h"
#include "intake/traffic_sink.h"
#include "io/timer.h"

namespace penstock::intake {

// Makes the intake's producer; tests put their own in.
using ProducerFactory = std::function<Result<std::unique_ptr<queue::Producer>>(
    io::Loop& loop, const Clock& clock, queue::ProducerListener& listener)>;

class Intake final : public server::Handler,
                     public queue::ProducerListener,
                     public LargeRequest::Taker {
 public:
  // Borrows `loop`, `clock` and `counters`. Listens when it returns.
  static Result<std::unique_ptr<Intake>> start(const IntakeOptions& options,
                                               const IntakeSettings& settings, io::Loop& loop,
                                               const Clock& clock, IntakeCounters& counters);
  static Result<std::unique_ptr<Intake>> start(const IntakeOptions& options,
                                               const IntakeSettings& settings, io::Loop& loop,
                                               const Clock& clock, IntakeCounters& counters,
                                               const ProducerFactory& make_producer);
  ~Intake() override;

  // As HttpServer's. On the loop's thread, or before it runs.
  void listen(io::ListenSocket socket, bool is_tls = false) {
    server_.listen(std::move(socket), listener_options(is_tls));
  }
  void listen_briefly(io::ListenSocket socket, bool is_tls, std::int64_t for_ms) {
    server_.listen_briefly(std::move(socket), listener_options(is_tls), for_ms);
  }
  void set_keeper(io::Keeper keeper) { server_.set_keeper(keeper); }

  void apply(const IntakeSettings& settings);
  // Other keys alone.
  void set_keys(Keys keys) { gate_.set_keys(std::move(keys)); }
  // Other certificates, for connections from now on.
  void set_tls(std::shared_ptr<const io::TransportFactory> tls);
  std::uint16_t port() const { return server_.port(); }
  // Where it listens, with the ports that were picked; as HttpServer's.
  std::vector<std::string> addresses(bool with_tls = false) const {
    return server_.addresses(with_tls);
  }
  queue::ProducerState producer_state() const { return producer_->state(); }

  // Stops accepting, answers what was received, then calls back when all of it is durable.
  void drain(std::function<void()> on_drained);

  void on_request(const http::Request& request, const server::Peer& peer,
                  server::Responder responder) override;
  std::shared_ptr<server::BodyReader> on_large_request(const http::Request& request,
                                                       const server::Peer& peer,
                                                       const server::Responder& responder) override;
  std::size_t whole_body_bytes_max(const http::Request& request) override;
  void on_refusal(const http::PartialHead& head, std::string_view error, std::string_view detail,
                  http::Response& refusal) override;
  bool take_piece(LargeRequest& large, std::string_view piece) override;
  void answer_large(LargeRequest& large) override;
  void on_done(std::uint64_t ticket, queue::Stored outcome) override;

 private:
  enum CountedOutcome : std::uint8_t { kQueued, kSpooled, kRejected, kRefused };

  // A request on its way through the steps.
  struct Work {
    const http::Request& request;
    const server::Peer& peer;
    const server::Responder& responder;
    const IntakeHeaders& headers;
    std::size_t source;  // The protocol's place in the table.
    std::size_t route;   // Of the protocol's.

    const adapter::Protocol& protocol() const { return *adapter::protocols()[source]; }
    const adapter::Route& asked_route() const { return protocol().routes[route]; }
    adapter::LargeBody large_body() const {
      const auto large_body = asked_route().large_body;
      return large_body == nullptr ? adapter::LargeBody() : large_body(headers.content_type);
    }
  };

  Intake(const IntakeOptions& options, const IntakeSettings& settings, io::Loop& loop,
         const Clock& clock, IntakeCounters& counters);

  // Requires IntakeSettings::listener.tls for one with TLS.
  io::ListenerOptions listener_options(bool is_tls) const;
  void answer_options(const http::Request& request, const server::Responder& responder);
  // Of the path's own route for OPTIONS; "" where it has none, or that leaves it to the preflight.
  std::string own_options_answer(const http::Request& request);
  void answer_unrouted(const http::Request& request, const adapter::RouteTable::Found& found,
                       const server::Responder& responder);
  bool is_own_script_path(std::string_view path) const;
  void answer_script(const http::Request& request, const PageScript& script,
                     const server::Responder& responder);
  void take_events(const Work& work);
  Sender sender_of(const Work& work) const {
    return {work.headers, work.peer.address, settings_.trusted_proxies, clock_};
  }
  // The refusal that needs no look at the body.
  std::optional<adapter::ReadOutcome> refusal_before_body(const Work& work,
                                                          const Admission& admission);
  bool decode_body(const Work& work, std::string_view& body);
  std::size_t unpacked_bytes_max(const Work& work) const;
  std::shared_ptr<LargeRequest> make_large(const Work& work);
  adapter::ReadOutcome read_events(const Work& work, std::string_view body, adapter::Origin& origin,
                                   Admission& admission);
  adapter::ReadOutcome run_adapter(const Work& work, std::string_view body,
                                   const adapter::Origin& origin, Admission& admission);
  // What adapters give their records to.
  adapter::RecordSink& sink() {
    if (settings_.traffic != nullptr) return traffic_sink_;
    return batch_;
  }
  void settle(const Work& work, adapter::ReadOutcome outcome, Admission& admission);
  void count_rejected(const Work& work, const adapter::ReadOutcome& outcome);
  std::size_t source_of(const Work& work) const;
  // By the rules for traffic; how many.
  std::uint32_t count_dropped();
  // Counts the request's events to the tick's. Requires that there are some.
  Tick& add_to_tick(const Work& work, Admission& admission);
  void reject(const Work& work, const adapter::ReadOutcome& refused);
  void reject(const Work& work, std::uint16_t status, std::string_view error,
              std::string_view detail);
  // Who is answered, and in which words.
  struct Asker {
    const server::Responder& responder;
    const adapter::Protocol& protocol;
    std::string_view origin;
    std::string_view echo;
  };
  static Asker asker_of(const Work& work);
  void refuse(const Asker& asker, const adapter::ReadOutcome& refused);
  void answer(const Waiter& waiter, std::string_view origin, std::string_view echo, bool is_stored);
  void send(const server::Responder& responder, std::string_view origin,
            const adapter::Answer& answer);
  void end_turn();
  void submit();
  void note_use(std::size_t bytes);
  void shrink();
  void add_inflight(std::uint64_t bytes);
  void remove_inflight(std::uint64_t bytes);
  void tell_if_drained();

  io::Loop& loop_;
  const Clock& clock_;
  IntakeCounters& counters_;
  IntakeSettings settings_;
  KeyGate gate_;
  std::uint32_t large_requests_ = 0;
  server::HttpServer server_;
  std::unique_ptr<queue::Producer> producer_;  // Goes before the server that it leads to.
  adapter::RouteTable routes_;
  http::BodyDecoder decoder_;
  adapter::Workspace workspace_;
  TickBatch batch_;
  TrafficSink traffic_sink_{batch_};  // In front of it, where there are rules.
  Gathering gathering_;
  TickTable ticks_;
  std::uint64_t inflight_bytes_ = 0;
  bool is_paused_ = false;
  bool is_server_drained_ = false;
  std::function<void()> on_drained_;

  RecentUse recent_use_;    // Of a request's body and of a turn's events, whichever is more.
  io::Timer shrink_timer_;  // Armed while something may have to be given back.

  // Reused between requests.
  std::string decoded_;
  std::string forwarded_scratch_;
  std::string answer_scratch_;
  std::string answer_lines_;
  http::AddressText client_ip_;
  const PageScript script_;
  std::optional<PageScript> own_script_;  // At settings_.script_path, where that is another.
};

}  // namespace penstock::intake
