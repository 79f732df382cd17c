// penstock-console: the page and its JSON API, and the admin port.
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/command_line.h"
#include "app/config/config.h"
#include "app/config/retention_rules.h"
#include "app/config/version.h"
#include "app/process/port_holder.h"
#include "app/process/run_file.h"
#include "app/process/service_notify.h"
#include "app/process/watchdog.h"
#include "app/program.h"
#include "app/reload.h"
#include "app/tls/tls_service.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "console/api/auth/accounts.h"
#include "console/api/auth/accounts_folder.h"
#include "console/api/errors/error_follower.h"
#include "console/api/handler.h"
#include "console/api/metrics.h"
#include "console/api/queue_sampler.h"
#include "console/api/redirect_handler.h"
#include "console/api/request/services.h"
#include "console/api/settings_view.h"
#include "files/newer_version.h"
#include "io/loop.h"
#include "io/signals.h"
#include "io/timer.h"
#include "server/admin_handler.h"
#include "server/http_server.h"

namespace penstock::console {
namespace {

// Requests here are short; what takes longer than this to answer is not waited for.
constexpr std::int64_t kDrainMs = 10'000;

ConsoleSettings settings_of(const app::Config& config, const ProtocolSwitches& protocols,
                            const ShownSettings& shown) {
  ConsoleSettings settings;
  settings.version = app::kVersion;
  settings.state_dir = config.state_dir;
  settings.accounts_path = config.console_path();
  settings.store_path = config.store_path();
  settings.retention_days = static_cast<std::uint32_t>(config.store.retention_days);
  settings.retain = app::retention_rules(config);
  settings.store_bytes_max = static_cast<std::uint64_t>(config.store.max_bytes);
  settings.spool_path = config.spool_path();
  settings.password_file = config.password_path();
  settings.public_url = config.console.public_url;
  settings.session_hours = config.console.session_hours;
  settings.session_idle_minutes = config.console.session_idle_minutes;
  settings.hsts_seconds = config.console.hsts_seconds;
  settings.protocols = &protocols;
  settings.shown = &shown;
  settings.acme_dir = config.console.acme_dir;
  settings.queue = app::consumer_options(config);
  settings.worker_address = app::control_address(config);
  settings.roots_keys_path = config.keys_path();
  settings.keys_path = config.console_keys_path();
  return settings;
}

constexpr std::uint16_t kHttpsPort = 443;

std::optional<std::uint16_t> port_of(const std::string& address) {
  const auto port = parse_int(std::string_view(address).substr(address.rfind(':') + 1));
  return port ? std::optional(static_cast<std::uint16_t>(*port)) : std::nullopt;
}

class Program {
 public:
  Program(const app::ConfigSources& sources, const app::Config& config)
      : sources_(sources),
        config_(config),
        settings_(settings_of(config, protocols_, shown_)),
        limiter_(clock_),
        admin_handler_([] { return std::vector<std::string>(); },
                       [this](std::string& out) {
                         append_console_metrics(out, counters_, settings_.version);
                         tls_.append_metrics(out, counters_.tls_on_plain.value() +
                                                      redirect_counters_.tls_on_plain.value());
                       }),
        signals_(loop_),
        drain_deadline_(loop_, [this] { loop_.stop(); }) {
    protocols_.set(config_.protocols.is_on);
    shown_.set(shown_settings(config_, app::load_config(sources_)));
  }

  int run() {
    if (!make_first_user() || !start_console() || !start_redirect() || !start_admin()) {
      return exit_code_;
    }
    start_sampler();
    start_follower();
    signals_.on(SIGTERM, [this] { drain(); });
    signals_.on(SIGINT, [this] { drain(); });
    signals_.on(SIGHUP, [this] { reload(); });
    announce();
    app::notify_service("READY=1");
    const app::Watchdog watchdog(loop_, {});
    loop_.run();
    app::withdraw(config_, app::kConsoleProgram);
    log_info("console", "stopped");
    return EXIT_SUCCESS;
  }

 private:
  void reload() {
    const auto fresh = app::read_again(sources_, config_, app::kConsoleProgram);
    if (!fresh) return;
    config_ = fresh->config;
    protocols_.set(config_.protocols.is_on);
    shown_.set(shown_settings(config_, app::load_config(sources_)));
    static_cast<void>(tls_.take(config_.console));  // What was in use stays where it cannot.
    take_certificates();
    app::finish_reload(*fresh);
  }

  bool explain(const char* what, const Error& error) {
    if (files::is_persons_turn(error)) {
      exit_code_ = app::kExitNewerFiles;
      log_error("console.newer_files", what, {{"error", to_text(error)}});
    } else {
      log_error("console.start", what, {{"error", to_text(error)}});
    }
    return false;
  }

  void take_certificates() { server_->set_listener_options(tls_options()); }

  io::ListenerOptions tls_options() const {
    io::ListenerOptions options;
    options.tls = tls_.transports();
    return options;
  }

  bool make_first_user() {
    const auto ready = prepare_accounts_folder(config_.state_dir, config_.console_folder());
    if (!ready) return explain("the console's folder cannot be made", ready.error());
    auto accounts = Accounts::open(settings_.accounts_path, clock_);
    if (!accounts) return explain("the users' file cannot be used", accounts.error());
    auto password = (*accounts)->first_run(settings_.password_file);
    if (!password) return explain("the first user cannot be made", password.error());
    if (*password) {
      log_info("console", "made the first user; the password is in the file",
               {{"user", kFirstAdministrator}, {"file", settings_.password_file}});
    }
    return true;
  }

  bool start_console() {
    std::vector<std::unique_ptr<Services>> services;
    for (std::size_t i = 0; i < Dispatcher::kThreads; ++i) {
      auto one = Services::open(settings_, clock_, limiter_);
      if (!one) return explain("the console cannot start", one.error());
      services.push_back(std::move(*one));
    }
    auto proxies = http::NetworkList::parse(config_.ingest.trusted_proxies);
    if (!proxies) return explain("ingest.trusted_proxies", proxies.error());
    handler_ = std::make_unique<ConsoleHandler>(loop_, settings_, std::move(*proxies), web::files(),
                                                std::move(services));
    server_.emplace(loop_, clock_, *handler_, counters_);
    server_->set_limits(app::plain_server_limits());
    const std::string& plain = config_.console.listen;
    if (!plain.empty() && !listen(*server_, "console.listen", plain, {})) return false;
    if (!tls_.take(config_.console)) return false;
    for (const std::string& address : config_.console.tls_listen) {
      if (!listen(*server_, "console.tls_listen", address, tls_options())) return false;
    }
    return true;
  }

  static bool listen(server::HttpServer& server, std::string_view setting,
                     const std::string& address, io::ListenerOptions options) {
    const auto listening = server.listen(address, std::move(options));
    if (listening) return true;
    app::log_cannot_listen("console", setting, address, listening.error());
    return false;
  }

  // Without it the page has no history of the queue, and all else.
  void start_sampler() {
    auto sampler = QueueSampler::start(settings_, clock_);
    if (sampler) {
      sampler_ = *std::move(sampler);
      return;
    }
    log_warn("console.no_history", "the queue's history is not kept",
             {{"error", to_text(sampler.error())}});
  }

  // Without it groups of errors stay as they are, and all else goes on.
  void start_follower() {
    auto follower = ErrorFollower::start(settings_.accounts_path, settings_.store_path, clock_);
    if (follower) {
      follower_ = *std::move(follower);
      return;
    }
    log_warn("console.no_errors", "errors are not counted into their groups",
             {{"error", to_text(follower.error())}});
  }

  bool start_redirect() {
    const std::string& address = config_.console.redirect_listen;
    if (address.empty()) return true;
    const auto with_tls = server_->addresses(true);
    const auto bound = with_tls.empty() ? std::nullopt : port_of(with_tls.front());
    redirect_handler_.emplace(settings_.public_url, bound.value_or(kHttpsPort), settings_.acme_dir);
    redirect_.emplace(loop_, clock_, *redirect_handler_, redirect_counters_);
    redirect_->set_limits(app::plain_server_limits());
    return listen(*redirect_, "console.redirect_listen", address, {});
  }

  bool start_admin() {
    if (config_.console.admin_listen.empty()) return true;
    admin_.emplace(loop_, clock_, admin_handler_, admin_counters_);
    admin_->set_limits(app::plain_server_limits());
    return listen(*admin_, "console.admin_listen", config_.console.admin_listen, {});
  }

  void announce() {
    const std::string admin =
        admin_ ? app::with_port(config_.console.admin_listen, admin_->port()) : std::string();
    const std::vector<std::string> plain = server_->addresses();
    const std::vector<std::string> with_tls = server_->addresses(true);
    app::announce(config_, app::kConsoleProgram, plain, admin, with_tls);
    for (const std::string& address : plain) {
      log_info("console", "listening", {{"address", address}, {"admin", admin}});
    }
    for (const std::string& address : with_tls) {
      log_info("console", "listening with TLS", {{"address", address}, {"admin", admin}});
    }
    if (redirect_) {
      log_info("console", "sends browsers to https", {{"address", redirect_->addresses().front()}});
    }
  }

  void drain() {
    if (is_draining_) return;
    is_draining_ = true;
    log_info("console", "draining");
    app::notify_service("STOPPING=1");
    drain_deadline_.start_once(kDrainMs);
    if (redirect_) redirect_->stop_listening();
    handler_->end_streams();
    server_->drain([this] { loop_.stop(); });
  }

  const app::ConfigSources& sources_;
  app::Config config_;
  int exit_code_ = EXIT_FAILURE;  // Where it does not start.
  ProtocolSwitches protocols_;
  ShownSettings shown_;
  const ConsoleSettings settings_;
  SystemClock clock_;
  SignInLimiter limiter_;
  server::ServerCounters counters_;
  server::ServerCounters admin_counters_;
  server::ServerCounters redirect_counters_;
  io::Loop loop_;
  app::TlsService tls_{"console", loop_, clock_, [this] { take_certificates(); }};
  server::AdminHandler admin_handler_;
  std::unique_ptr<QueueSampler> sampler_;    // Null where it cannot write.
  std::unique_ptr<ErrorFollower> follower_;  // Likewise.
  std::unique_ptr<ConsoleHandler> handler_;
  std::optional<server::HttpServer> server_;
  std::optional<server::HttpServer> admin_;
  std::optional<RedirectHandler> redirect_handler_;
  std::optional<server::HttpServer> redirect_;
  io::Signals signals_;
  io::Timer drain_deadline_;
  bool is_draining_ = false;
};

}  // namespace
}  // namespace penstock::console

int main(int argc, char** argv) {
  using namespace penstock;
  int exit_code = EXIT_SUCCESS;
  const auto invocation = app::begin_program(
      argc, argv, app::kConsoleProgram,
      "Penstock's console: a page and a JSON API over the stored events.", exit_code);
  if (!invocation) return exit_code;
  return console::Program(invocation->sources, invocation->config).run();
}
