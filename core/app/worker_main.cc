// penstock-worker: from the queue to the store, on a thread of its own; the main thread's loop
// serves the admin port and waits for signals.
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

#include "app/command_line.h"
#include "app/config/retention_rules.h"
#include "app/config/version.h"
#include "app/process/port_holder.h"
#include "app/process/run_file.h"
#include "app/process/service_notify.h"
#include "app/process/watchdog.h"
#include "app/program.h"
#include "app/reload.h"
#include "app/worker_metrics.h"
#include "base/clock.h"
#include "base/log.h"
#include "control/dead_letters.h"
#include "control/handler.h"
#include "control/stored_events.h"
#include "control/worker_state.h"
#include "enrich/enricher.h"
#include "files/newer_version.h"
#include "io/loop.h"
#include "io/signals.h"
#include "queue/backend.h"
#include "queue/consumer.h"
#include "queue/redis/options.h"
#include "queue/sidekiq/process.h"
#include "server/admin_handler.h"
#include "server/http_server.h"
#include "server/metrics.h"
#include "store/backends.h"
#include "worker/pipeline.h"

namespace penstock::app {
namespace {

class Worker {
 public:
  explicit Worker(const Invocation& invocation)
      : sources_(invocation.sources),
        config_(invocation.config),
        admin_handler_([this] { return not_ready(); },
                       [this](std::string& out) {
                         append_worker_metrics(out, counters_, config_.store.retain,
                                               store_->bad_days().size(), control_counters_);
                         server::append_free_bytes(out, "penstock_store_free_bytes",
                                                   config_.store_path());
                       }),
        signals_(loop_) {}

  int run() {
    if (!open_parts() || !start_admin()) return exit_code_;
    start_control();
    signals_.on(SIGTERM, [this] { stop(); });
    signals_.on(SIGINT, [this] { stop(); });
    signals_.on(SIGHUP, [this] { reload(); });

    std::thread pipeline_thread([this] {
      pipeline_->run();
      loop_.post([this] { loop_.stop(); });
    });
    announce(config_, kWorkerProgram, {}, admin_address());
    log_info("worker", "ready", {{"queue", queue_name()}, {"store", config_.store_path()}});
    notify_service("READY=1");
    if (sidekiq_ != nullptr) sidekiq_->start();
    const Watchdog watchdog(loop_, {pipeline_gets_on()});
    loop_.run();

    pipeline_thread.join();
    if (sidekiq_ != nullptr) sidekiq_->stop();
    withdraw(config_, kWorkerProgram);
    log_info("worker", "stopped", {{"stored", counters_.stored.value()}});
    return EXIT_SUCCESS;
  }

 private:
  void reload() {
    const auto fresh = read_again(sources_, config_, kWorkerProgram);
    if (!fresh) return;
    config_.log_level = fresh->config.log_level;  // All else is read by the pipeline's thread.
    finish_reload(*fresh);
  }

  bool explain(const char* what, const Error& error) {
    if (files::is_newer_version(error)) {
      exit_code_ = kExitNewerFiles;
      log_error("worker.newer_files", what, {{"error", to_text(error)}});
    } else {
      log_error("worker.start", what, {{"error", to_text(error)}});
    }
    return false;
  }

  bool open_parts() {
    auto store = store::open_event_store(store_options(), clock_);
    if (!store) return explain("the store cannot be opened", store.error());
    store_ = *std::move(store);

    enrich::EnrichOptions enrich_options;
    enrich_options.geoip_database = config_.store.geoip_database;
    auto enricher = enrich::Enricher::open(enrich_options);
    if (!enricher) return explain("enrichment cannot be set up", enricher.error());
    enricher_ = *std::move(enricher);

    if (!open_queue()) return false;

    worker::PipelineOptions options;
    options.batch_rows = static_cast<std::uint32_t>(config_.worker.batch_rows);
    options.batch_wait_ms = config_.worker.batch_wait_ms;
    pipeline_ = std::make_unique<worker::Pipeline>(options, *consumer_, *enricher_, *store_, clock_,
                                                   counters_);
    return true;
  }

  bool open_queue() {
    const queue::ConsumerOptions options = consumer_options(config_);
    identity_ = options.worker;
    auto consumer = queue::make_consumer(options, clock_);
    if (!consumer) return explain("the queue cannot be opened", consumer.error());
    consumer_ = *std::move(consumer);
    if (options.queue.sidekiq_queue.empty()) return true;

    const auto redis = queue::redis_options(options.queue);
    if (!redis) return explain("the queue cannot be opened", redis.error());
    queue::SidekiqProcessOptions process;
    process.redis = *redis;
    process.identity = options.worker;
    process.job_class = config_.queue.sidekiq_class;
    process.version = kVersion;
    sidekiq_ = std::make_unique<queue::SidekiqProcess>(process, clock_,
                                                       [this] { loop_.post([this] { stop(); }); });
    consumer_ = sidekiq_->wrap(std::move(consumer_));
    return true;
  }

  store::StoreOptions store_options() const {
    store::StoreOptions options;
    options.path = config_.store_path();
    options.anonymize_ip = config_.store.anonymize_ip;
    options.retention_days = static_cast<std::uint32_t>(config_.store.retention_days);
    options.retain = retention_rules(config_);
    options.bytes_max = static_cast<std::uint64_t>(config_.store.max_bytes);
    options.compact_after_days = static_cast<std::uint32_t>(config_.store.compact_after_days);
    return options;
  }

  Watchdog::Ask pipeline_gets_on() const {
    return [this, seen = std::uint64_t{0}](const std::function<void()>& answer) mutable {
      const std::uint64_t turns = pipeline_->turns();
      if (std::exchange(seen, turns) != turns) answer();
    };
  }

  // For the log: the URL itself may hold a password.
  std::string queue_name() const { return queue::shown_url(config_.queue.url).value_or(""); }

  bool start_admin() {
    if (config_.worker.admin_listen.empty()) return true;
    admin_ = std::make_unique<server::HttpServer>(loop_, clock_, admin_handler_, admin_counters_);
    admin_->set_limits(plain_server_limits());
    auto listening = admin_->listen(config_.worker.admin_listen);
    if (listening) return true;
    log_cannot_listen("worker", "worker.admin_listen", config_.worker.admin_listen,
                      listening.error());
    return false;
  }

  // Without it the console cannot have anything changed; events are stored all the same. A
  // second worker on the state directory leaves the socket to the first.
  void start_control() {
    const std::string address = control_address(config_);
    auto acts = control::dead_letter_acts(consumer_options(config_), clock_);
    auto listening = acts ? Result<void>() : fail(acts.error());
    if (acts) {
      acts->push_back(control::worker_state_act([this] { return state(); }));
      for (control::Act& act :
           control::stored_event_acts(store::make_edits(config_.store_path()))) {
        acts->push_back(std::move(act));
      }
      control_handler_ = std::make_unique<control::ControlHandler>(loop_, std::move(*acts));
      control_ =
          std::make_unique<server::HttpServer>(loop_, clock_, *control_handler_, control_counters_);
      control_->set_limits(plain_server_limits());
      listening = control::listen(*control_, address);
    }
    if (listening) return;
    log_warn(
        "control.listen",
        "the console's requests are not taken: nothing is retried, changed or deleted from there",
        {{"address", address}, {"error", to_text(listening.error())}});
  }

  control::WorkerState state() const {
    control::WorkerState state;
    state.identity = identity_;
    state.started_ms = started_ms_;
    state.now_ms = clock_.wall_ms();
    state.turned_ms = static_cast<std::int64_t>(counters_.turned_at_ms.value());
    state.claimed = counters_.claimed.value();
    state.claimed_ms = static_cast<std::int64_t>(counters_.claimed_at_ms.value());
    state.released = counters_.released.value();
    state.stored = counters_.stored.value();
    state.dead = counters_.dead.value();
    state.troubles = not_ready();
    return state;
  }

  std::string admin_address() const {
    if (admin_ == nullptr) return {};
    return with_port(config_.worker.admin_listen, admin_->port());
  }

  // The batch in hand is finished; then the pipeline's thread stops the loop. A second signal does
  // not wait for that: the store may take its time, and the queue brings the batch again.
  void stop() {
    if (std::exchange(is_stopping_, true)) give_up();
    notify_service("STOPPING=1");
    pipeline_->stop();
  }

  [[noreturn]] void give_up() {
    log_warn("worker.stopped_at_once", "stopping at once; the batch in hand will come again");
    withdraw(config_, kWorkerProgram);
    // The pipeline's thread cannot be interrupted, and nothing of it needs to be cleared away.
    std::_Exit(EXIT_SUCCESS);
  }

  std::vector<std::string> not_ready() const {
    std::vector<std::string> reasons = pipeline_->not_ready();
    if (auto reason = store_->not_ready()) reasons.push_back(*std::move(reason));
    return reasons;
  }

  const ConfigSources sources_;
  Config config_;
  int exit_code_ = EXIT_FAILURE;  // Where it does not start.
  SystemClock clock_;
  const std::int64_t started_ms_ = clock_.wall_ms();
  std::string identity_;  // "HOST:PID:NONCE", as the queue knows it.
  io::Loop loop_;
  worker::PipelineCounters counters_;
  server::ServerCounters admin_counters_;
  server::ServerCounters control_counters_;
  server::AdminHandler admin_handler_;
  std::unique_ptr<server::HttpServer> admin_;
  std::unique_ptr<control::ControlHandler> control_handler_;
  std::unique_ptr<server::HttpServer> control_;
  std::unique_ptr<store::EventStore> store_;
  std::unique_ptr<enrich::Enricher> enricher_;
  std::unique_ptr<queue::SidekiqProcess> sidekiq_;  // Null but in Sidekiq's format.
  std::unique_ptr<queue::Consumer> consumer_;
  std::unique_ptr<worker::Pipeline> pipeline_;
  io::Signals signals_;
  bool is_stopping_ = false;
};

}  // namespace
}  // namespace penstock::app

int main(int argc, char** argv) {
  int exit_code = EXIT_FAILURE;
  const auto invocation =
      penstock::app::begin_program(argc, argv, penstock::app::kWorkerProgram,
                                   "Stores queued events: rows and rollups by days.", exit_code);
  if (!invocation) return exit_code;
  return penstock::app::Worker(*invocation).run();
}
