// penstock-ingest: one reactor a core, each a thread with a loop and an intake of its own. The main
// thread's loop waits for signals and serves the admin port; it never touches an event.
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/program.h"
#include "app/run_file.h"
#include "app/service_notify.h"
#include "app/version.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/loop.h"
#include "io/process_limits.h"
#include "io/signals.h"
#include "io/timer.h"
#include "server/admin_handler.h"
#include "server/http_server.h"
#include "server/ingest_metrics.h"
#include "server/intake.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

// Pool threads besides one a reactor, which its spool may keep busy.
constexpr std::uint32_t kSparePoolThreads = 3;

// Made and destroyed by the main thread; in between its own thread alone touches loop and intake.
struct Reactor {
  io::Loop loop;
  server::IntakeCounters counters;
  std::unique_ptr<server::Intake> intake;
  std::thread thread;
};

class Ingest {
 public:
  explicit Ingest(const Invocation& invocation)
      : sources_(invocation.sources),
        config_(invocation.config),
        signals_(loop_),
        drain_deadline_(loop_, [this] { give_up_draining(); }),
        admin_handler_([this] { return not_ready(); }, [this](std::string& out) { metrics(out); }) {
  }

  int run() {
    if (!start_reactors() || !start_admin()) return EXIT_FAILURE;
    signals_.on(SIGTERM, [this] { stop(); });
    signals_.on(SIGINT, [this] { stop(); });
    signals_.on(SIGHUP, [this] { reload(); });
    for (const auto& reactor : reactors_) {
      reactor->thread = std::thread([&loop = reactor->loop] { loop.run(); });
    }
    tell_ready();
    loop_.run();

    for (const auto& reactor : reactors_) reactor->loop.post([&reactor] { reactor->loop.stop(); });
    for (const auto& reactor : reactors_) reactor->thread.join();
    withdraw(config_, kIngestProgram);
    log_info("ingest", "stopped");
    return EXIT_SUCCESS;
  }

 private:
  bool start_reactors() {
    const auto count = config_.ingest.threads > 0
                           ? static_cast<std::uint32_t>(config_.ingest.threads)
                           : io::available_cores();
    io::set_pool_threads(count + kSparePoolThreads);
    io::raise_descriptor_limit();
    const auto settings = intake_settings(config_, count);
    if (!settings) {
      log_error("ingest", "cannot start", {{"error", to_text(settings.error())}});
      return false;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      server::IntakeOptions options = intake_options(config_, i);
      if (i > 0) options.listen = shared_addresses();
      auto reactor = std::make_unique<Reactor>();
      auto intake =
          server::Intake::start(options, *settings, reactor->loop, clock_, reactor->counters);
      if (!intake) {
        log_error("ingest", "cannot start", {{"error", to_text(intake.error())}, {"reactor", i}});
        return false;
      }
      reactor->intake = std::move(*intake);
      reactors_.push_back(std::move(reactor));
      counters_.push_back(&reactors_.back()->counters);
    }
    return true;
  }

  // Of the first reactor, with the ports that it picked. A unix socket cannot be shared: it is
  // served by the first alone.
  std::vector<std::string> shared_addresses() const {
    std::vector<std::string> addresses;
    for (std::string& address : reactors_.front()->intake->addresses()) {
      if (!address.starts_with("unix:")) addresses.push_back(std::move(address));
    }
    return addresses;
  }

  bool start_admin() {
    if (config_.ingest.admin_listen.empty()) return true;
    admin_ = std::make_unique<server::HttpServer>(loop_, clock_, admin_handler_, admin_counters_);
    admin_->set_limits(plain_server_limits());
    if (const auto listening = admin_->listen(config_.ingest.admin_listen); !listening) {
      log_error("ingest", "cannot listen for administration",
                {{"address", config_.ingest.admin_listen}, {"error", to_text(listening.error())}});
      return false;
    }
    return true;
  }

  void tell_ready() {
    const std::vector<std::string> addresses = reactors_.front()->intake->addresses();
    const std::string admin = admin_ == nullptr ? "" : admin_->addresses().front();
    for (const std::string& address : addresses) {
      log_info("ingest", "listening", {{"address", address}});
    }
    announce(config_, kIngestProgram, addresses, admin);
    log_info("ingest", "ready",
             {{"reactors", reactors_.size()}, {"admin", admin}, {"ack", config_.ingest.ack}});
    notify_service("READY=1");
  }

  void reload() {
    if (is_stopping_) return;
    const auto config = reload_config(sources_);
    if (!config) return;
    const auto settings = intake_settings(*config, static_cast<std::uint32_t>(reactors_.size()));
    if (!settings) {
      log_error("ingest", "reload refused, the old settings stay",
                {{"error", to_text(settings.error())}});
      return;
    }
    for (const auto& reactor : reactors_) {
      reactor->loop.post(
          [intake = reactor->intake.get(), fresh = *settings] { intake->apply(fresh); });
    }
    log_info("ingest", "settings reloaded", {{"keys", settings->keys.size()}});
  }

  // A second signal does not wait for clients any more.
  void stop() {
    if (is_stopping_) return give_up_draining();
    is_stopping_ = true;
    log_info("ingest", "draining");
    notify_service("STOPPING=1");
    drain_deadline_.start_once(config_.ingest.drain_timeout_ms);
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
    log_warn("ingest", "stopping with requests unanswered",
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
    server::append_ingest_metrics(out, counters_, producer_states());
    server::append_process_metrics(out, kIngestProgram, kVersion);
  }

  const ConfigSources sources_;
  const Config config_;
  SystemClock clock_;
  std::vector<std::unique_ptr<Reactor>> reactors_;
  std::vector<const server::IntakeCounters*> counters_;
  bool is_stopping_ = false;
  std::size_t drained_ = 0;
  io::Loop loop_;
  io::Signals signals_;
  io::Timer drain_deadline_;
  server::ServerCounters admin_counters_;
  server::AdminHandler admin_handler_;
  std::unique_ptr<server::HttpServer> admin_;
};

}  // namespace
}  // namespace penstock::app

int main(int argc, char** argv) {
  using namespace penstock::app;
  int exit_code = EXIT_FAILURE;
  const auto invocation = begin_program(
      argc, argv, kIngestProgram,
      "Takes events over HTTP and queues them, in Redis or on the local disk.", exit_code);
  if (!invocation) return exit_code;
  return Ingest(*invocation).run();
}
