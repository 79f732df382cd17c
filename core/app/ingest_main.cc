// penstock-ingest: one reactor a core, each a thread with a loop and an intake of its own. The main
// thread's loop waits for signals and serves the admin port; it never touches an event.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/time.h>
#include <unistd.h>

#include "app/command_line.h"
#include "app/config/version.h"
#include "app/keys_watch.h"
#include "app/process/run_file.h"
#include "app/process/service_notify.h"
#include "app/process/watchdog.h"
#include "app/program.h"
#include "app/reload.h"
#include "app/sockets/handover.h"
#include "app/sockets/ingest_sockets.h"
#include "app/sockets/names.h"
#include "app/tls/tls_service.h"
#include "base/clock.h"
#include "base/log.h"
#include "files/newer_version.h"
#include "intake/ingest_metrics.h"
#include "intake/intake.h"
#include "intake/key_report.h"
#include "io/loop.h"
#include "io/passed_descriptors.h"
#include "io/process_limits.h"
#include "io/signals.h"
#include "io/timer.h"
#include "server/admin_handler.h"
#include "server/http_server.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

// Pool threads besides one a reactor, which its spool may keep busy.
constexpr std::uint32_t kSparePoolThreads = 3;
// How long a socket is served that no setting wants any more.
constexpr std::int64_t kLeavingMs = 2'000;
// Of drain_timeout_ms, for what follows the drain: threads, files, a last line in the log. At most
// a tenth of it.
constexpr std::int64_t kEndingMsMax = 1'000;

// The process ends then, whatever its threads wait for: a disk that hangs would hold up a pool
// thread, and that one the loop that it belongs to. Nothing is lost by it: what is not durable was
// not answered.
void end_within(std::int64_t ms) {
  std::signal(SIGALRM, [](int /*number*/) { ::_exit(EXIT_SUCCESS); });
  ms = std::max<std::int64_t>(ms, 1);
  const itimerval when{{0, 0}, {ms / 1000, ms % 1000 * 1000}};
  ::setitimer(ITIMER_REAL, &when, nullptr);
}

// Made and destroyed by the main thread; in between its own thread alone touches loop and intake.
struct Reactor {
  io::Loop loop;
  intake::IntakeCounters counters;
  std::unique_ptr<intake::Intake> intake;
  std::thread thread;
};

class Ingest {
 public:
  Ingest(Invocation invocation, std::vector<io::PassedDescriptor> passed)
      : sources_(std::move(invocation.sources)),
        config_(std::move(invocation.config)),
        takes_over_(invocation.takes_over),
        state_lock_(std::move(invocation.state_lock)),
        passed_(std::move(passed)),
        signals_(loop_),
        drain_deadline_(loop_, [this] { give_up_draining(); }),
        admin_handler_([this] { return not_ready(); }, [this](std::string& out) { metrics(out); }) {
  }

  int run() {
    if (!start_reactors()) return exit_code_;
    start_admin();
    signals_.on(SIGTERM, [this] { stop(); });
    signals_.on(SIGINT, [this] { stop(); });
    signals_.on(SIGHUP, [this] { reload(); });
    for (const auto& reactor : reactors_) {
      reactor->thread = std::thread([&loop = reactor->loop] { loop.run(); });
    }
    tell_ready();
    std::vector<Watchdog::Ask> parts;
    for (const auto& reactor : reactors_) parts.push_back(Watchdog::of(reactor->loop));
    const Watchdog watchdog(loop_, std::move(parts));
    loop_.run();

    for (const auto& reactor : reactors_) reactor->loop.post([&reactor] { reactor->loop.stop(); });
    for (const auto& reactor : reactors_) reactor->thread.join();
    withdraw(config_, kIngestProgram);
    log_info("ingest", "stopped");
    return EXIT_SUCCESS;
  }

 private:
  bool start_reactors() {
    const std::uint32_t count = reactor_count(config_.ingest);
    io::set_pool_threads(count + kSparePoolThreads);
    io::raise_descriptor_limit();
    auto settings = intake_settings(config_, count);
    if (!settings && files::is_newer_version(settings.error())) {
      exit_code_ = kExitNewerFiles;
      log_error("ingest.newer_files", "cannot start", {{"error", to_text(settings.error())}});
      return false;
    }
    if (!settings) {
      log_error("ingest.settings", "cannot start", {{"error", to_text(settings.error())}});
      return false;
    }
    if (!tls_.take(config_.ingest)) return false;
    settings->listener.tls = tls_.transports();
    settings->keys = keys_watch_.take(config_, std::move(settings->keys));
    key_ledger_ = std::make_unique<intake::KeyLedger>(count);
    auto sockets = IngestSockets::gather(config_, std::move(passed_), takes_over_, count);
    if (!sockets) return false;
    sockets_.emplace(std::move(*sockets));
    if (takes_over_) {
      state_lock_ = sockets_->take_state_lock();
      if (!state_lock_ && !take_state_lock(config_, kIngestProgram, state_lock_)) return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!start_reactor(i, *settings)) return false;
    }
    for (IngestSockets::Served& left : sockets_->take_leaving()) {
      if (left.is_tls && tls_.transports() == nullptr) continue;  // Nothing to answer with.
      reactors_.front()->intake->listen_briefly(std::move(left.socket), left.is_tls, kLeavingMs);
    }
    return true;
  }

  bool start_reactor(std::uint32_t index, const intake::IntakeSettings& settings) {
    intake::IntakeOptions options = intake_options(config_, index);
    options.listen.clear();
    options.unknown_keys = &unknown_keys_;
    options.key_ledger = key_ledger_.get();
    options.reactor = index;
    auto reactor = std::make_unique<Reactor>();
    auto intake =
        intake::Intake::start(options, settings, reactor->loop, clock_, reactor->counters);
    if (!intake) {
      log_error("ingest.start", "cannot start",
                {{"error", to_text(intake.error())}, {"reactor", index}});
      return false;
    }
    reactor->intake = std::move(*intake);
    for (IngestSockets::Served& served : sockets_->take(index)) {
      reactor->intake->listen(std::move(served.socket), served.is_tls);
    }
    reactors_.push_back(std::move(reactor));
    counters_.push_back(&reactors_.back()->counters);
    return true;
  }

  void start_admin() {
    auto socket = sockets_->take_admin();
    if (!socket) return;
    admin_ = std::make_unique<server::HttpServer>(loop_, clock_, admin_handler_, admin_counters_);
    admin_->set_limits(plain_server_limits());
    admin_handler_.add("/keys", [this](std::string& out) { report_keys(out); });
    admin_->listen(std::move(*socket));
  }

  void tell_ready() {
    const std::vector<std::string> addresses = reactors_.front()->intake->addresses();
    const std::vector<std::string> with_tls = reactors_.front()->intake->addresses(true);
    const std::string admin = admin_ == nullptr ? "" : admin_->addresses().front();
    for (const std::string& address : addresses) {
      log_info("ingest", "listening", {{"address", address}});
    }
    for (const std::string& address : with_tls) {
      log_info("ingest", "listening with TLS", {{"address", address}});
    }
    // Whoever is told that this process is there may want to take over from it at once.
    offer_handover();
    announce(config_, kIngestProgram, addresses, admin, with_tls);
    log_info("ingest", "ready",
             {{"reactors", reactors_.size()}, {"admin", admin}, {"ack", config_.ingest.ack}});
    sockets_->settle();
    notify_service("READY=1");
    set_keepers();
  }

  void offer_handover() {
    auto offer =
        HandoverOffer::open(config_.state_dir, loop_,
                            {[this] { return sockets_->refusal(); }, [this] { return offered(); },
                             [this] {
                               log_info("ingest", "a successor has taken over");
                               hand_over();
                               stop();
                             }});
    if (offer) {
      offer_ = std::move(*offer);
    } else {
      log_warn("ingest.no_takeover_offer", "--takeover will not find this process",
               {{"error", to_text(offer.error())}});
    }
  }

  std::vector<HandoverOffer::Offered> offered() const {
    std::vector<HandoverOffer::Offered> all = sockets_->offered();
    if (state_lock_) all.push_back({std::string(kStateLockName), state_lock_->fd()});
    return all;
  }

  // Our copy of the lock goes at once: while we drain, the successor may crash and be started
  // again.
  void hand_over() {
    sockets_->set_handed_over();
    state_lock_.reset();
  }

  // A reactor may be closing its sockets already when this reaches it, which does no harm.
  void set_keepers() {
    const io::Keeper keeper = sockets_->keeper();
    for (const auto& reactor : reactors_) {
      reactor->loop.post([intake = reactor->intake.get(), keeper] { intake->set_keeper(keeper); });
    }
    if (admin_) admin_->set_keeper(sockets_->admin_keeper());
  }

  void reload() {
    if (is_stopping_) return;
    const auto fresh = read_again(sources_, config_, kIngestProgram);
    if (!fresh) return;
    auto settings = intake_settings(fresh->config, static_cast<std::uint32_t>(reactors_.size()));
    if (!settings) {
      log_error("ingest.reload_refused", "reload refused, the old settings stay",
                {{"error", to_text(settings.error())}});
      return;
    }
    // Faulty files were refused above, unless they have become so just now; then the old ones stay.
    static_cast<void>(tls_.take(fresh->config.ingest));
    settings->listener.tls = tls_.transports();
    settings->keys = keys_watch_.take(fresh->config, std::move(settings->keys));
    for (const auto& reactor : reactors_) {
      reactor->loop.post(
          [intake = reactor->intake.get(), fresh = *settings] { intake->apply(fresh); });
    }
    config_ = fresh->config;
    finish_reload(*fresh);
    log_info("ingest", "keys read", {{"keys", settings->keys.size()}});
  }

  void spread_keys(const intake::Keys& keys) {
    for (const auto& reactor : reactors_) {
      reactor->loop.post([intake = reactor->intake.get(), keys] { intake->set_keys(keys); });
    }
  }

  // What the console shows of keys.
  void report_keys(std::string& out) const {
    json::Writer writer(out);
    writer.begin_object().member("since", started_at_ms_);
    writer.member("require_key", config_.ingest.require_key).key("files");
    keys_watch_.write_files(writer);
    intake::write_key_use(writer, *key_ledger_, unknown_keys_);
    writer.end_object();
  }

  void spread_certificates() {
    for (const auto& reactor : reactors_) {
      reactor->loop.post(
          [intake = reactor->intake.get(), tls = tls_.transports()] { intake->set_tls(tls); });
    }
  }

  // A second signal does not wait for clients any more.
  void stop() {
    if (is_stopping_) return give_up_draining();
    is_stopping_ = true;
    log_info("ingest", "draining");
    notify_service("STOPPING=1");
    const std::int64_t within_ms = config_.ingest.drain_timeout_ms;
    const std::int64_t ending_ms = std::min(within_ms / 10, kEndingMsMax);
    drain_deadline_.start_once(within_ms - ending_ms);
    end_within(within_ms - ending_ms / 2);
    // A successor that is starting holds the sockets as well.
    if (offer_ && offer_->is_under_way()) hand_over();
    offer_.reset();
    set_keepers();
    if (admin_ && sockets_->is_handed_over()) admin_->stop_listening();
    for (const auto& reactor : reactors_) {
      reactor->loop.post([this, intake = reactor->intake.get()] {
        intake->drain([this] { loop_.post([this] { count_drained(); }); });
      });
    }
  }

  void count_drained() {
    if (++drained_ == reactors_.size()) loop_.stop();
  }

  void give_up_draining() {
    if (has_given_up_) return;
    has_given_up_ = true;
    log_warn("ingest.stopped_unanswered", "stopping with requests unanswered",
             {{"reactors", reactors_.size() - drained_}});
    loop_.stop();
  }

  std::vector<queue::ProducerState> producer_states() const {
    std::vector<queue::ProducerState> states;
    for (const auto& reactor : reactors_) states.push_back(reactor->intake->producer_state());
    return states;
  }

  std::vector<std::string> not_ready() const {
    std::vector<std::string> reasons;
    if (is_stopping_) reasons.emplace_back("the program is stopping");
    for (const queue::ProducerState& state : producer_states()) {
      if (state.can_store) continue;
      reasons.push_back("events cannot be kept: " + state.last_error);
      break;  // All reactors share the same spool and Redis.
    }
    return reasons;
  }

  void metrics(std::string& out) const {
    intake::append_ingest_metrics(out, counters_, producer_states());
    intake::append_unknown_keys(out, unknown_keys_);
    keys_watch_.append_metrics(out);
    std::uint64_t tls_on_plain = 0;
    for (const auto* counters : counters_) tls_on_plain += counters->server.tls_on_plain.value();
    tls_.append_metrics(out, tls_on_plain);
    server::append_free_bytes(out, "penstock_spool_free_bytes", config_.spool_path());
    server::append_process_metrics(out, kIngestProgram, kVersion);
  }

  const ConfigSources sources_;
  Config config_;                 // In effect: a reload changes what can be changed.
  int exit_code_ = EXIT_FAILURE;  // Where it does not start.
  const bool takes_over_;
  std::optional<files::FileLock> state_lock_;  // Handed on to a successor.
  std::vector<io::PassedDescriptor> passed_;   // Until the start.
  std::optional<IngestSockets> sockets_;
  SystemClock clock_;
  const std::int64_t started_at_ms_ = clock_.wall_ms();
  intake::UnknownKeys unknown_keys_;
  std::unique_ptr<intake::KeyLedger> key_ledger_;  // From the start on; the reactors count in it.
  std::vector<std::unique_ptr<Reactor>> reactors_;
  std::vector<const intake::IntakeCounters*> counters_;
  bool is_stopping_ = false;
  bool has_given_up_ = false;
  std::size_t drained_ = 0;
  io::Loop loop_;
  TlsService tls_{"ingest", loop_, clock_, [this] { spread_certificates(); }};
  KeysWatch keys_watch_{loop_, [this](const intake::Keys& keys) { spread_keys(keys); }};
  io::Signals signals_;
  io::Timer drain_deadline_;
  server::ServerCounters admin_counters_;
  server::AdminHandler admin_handler_;
  std::unique_ptr<server::HttpServer> admin_;
  std::unique_ptr<HandoverOffer> offer_;
};

}  // namespace
}  // namespace penstock::app

int main(int argc, char** argv) {
  using namespace penstock;
  // First of all: a file that is opened before might get a descriptor that was passed.
  auto passed = io::take_passed_descriptors();
  int exit_code = EXIT_FAILURE;
  auto invocation = app::begin_program(
      argc, argv, app::kIngestProgram,
      "Takes events over HTTP and queues them, in Redis or on the local disk.", exit_code);
  if (!invocation) return exit_code;
  if (!passed) {
    log_error("ingest.passed_sockets", "cannot take the sockets that were passed",
              {{"error", to_text(passed.error())}});
    return EXIT_FAILURE;
  }
  return app::Ingest(*std::move(invocation), std::move(*passed)).run();
}
