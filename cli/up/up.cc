#include "cli/up/up.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "app/config/clashes.h"
#include "app/process/run_file.h"
#include "app/process/state_lock.h"
#include "app/program.h"
#include "app/sockets/names.h"
#include "app/sockets/plan.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/shared/port_check.h"
#include "cli/up/supervisor.h"
#include "client/http_client.h"
#include "files/folder.h"
#include "queue/consumer.h"

namespace penstock::cli {
namespace {

constexpr std::string_view kPrograms[] = {app::kIngestProgram, app::kWorkerProgram,
                                          app::kConsoleProgram};
constexpr std::int64_t kReadyAnswerMs = 500;
constexpr std::int64_t kStopMarginMs = 5'000;

// Every process list shows arguments; these may hold a password and travel in the environment.
constexpr std::string_view kSecretSettings[] = {"queue.url=", "store.url="};

bool is_secret(const std::string& set) {
  for (const std::string_view name : kSecretSettings) {
    if (set.compare(0, name.size(), name) == 0) return true;
  }
  return false;
}

// "queue.url=x" as "PENSTOCK_QUEUE_URL=x".
std::string as_variable(const std::string& set) {
  std::string name = "PENSTOCK_" + set.substr(0, set.find('='));
  for (char& c : name) {
    if (c == '.') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return name + set.substr(set.find('='));
}

ChildCommand command_of(std::string_view program, const app::CommonOptions& common,
                        const std::string& state_dir) {
  ChildCommand command;
  command.program = find_program(program);
  if (!common.config_file.empty()) {
    command.arguments = {"--config", common.config_file};
  }
  for (const std::string& set : common.sets) {
    if (is_secret(set)) {
      // The last --set wins; of two variables of one name the first would.
      command.environment.insert(command.environment.begin(), as_variable(set));
    } else {
      command.arguments.insert(command.arguments.end(), {"--set", set});
    }
  }
  command.arguments.insert(command.arguments.end(), {"--set", "state.dir=" + state_dir});
  return command;
}

// The process has announced itself and its admin port, if it has one, says that it is ready.
bool is_ready(const std::string& state_dir, std::string_view program, pid_t pid) {
  const auto file = app::read_run_file(state_dir, program);
  if (!file || file->pid != pid) return false;
  if (file->admin.empty()) return true;
  const auto answer = client::http_get(file->admin, "/readyz", kReadyAnswerMs);
  return answer && answer->status == 200;
}

// Where people find it: a unix socket's address, or a URL with `path`.
std::string place_of(const std::string& state_dir, std::string_view program,
                     std::string_view path) {
  const auto file = app::read_run_file(state_dir, program);
  if (!file) return "";
  const auto& addresses = file->listen.empty() ? file->tls_listen : file->listen;
  if (addresses.empty() || !client::unix_path_of(addresses.front()).empty()) {
    return addresses.empty() ? "" : addresses.front();
  }
  if (!file->listen.empty()) return str_cat(client::url_of(addresses.front()), path);
  return str_cat("https", client::url_of(addresses.front()).substr(std::string_view("http").size()),
                 path);
}

void print_where(const app::Config& config) {
  const std::string& state_dir = config.state_dir;
  std::ifstream file(config.password_path());
  std::string password;
  std::getline(file, password);

  std::string out =
      str_cat("\npenstock is running. Everything it writes is in ", state_dir, "\n\n");
  out += str_cat("  intake    ", place_of(state_dir, app::kIngestProgram, "/v1/events"), "\n");
  out += str_cat("  console   ", place_of(state_dir, app::kConsoleProgram, "/"), "\n");
  if (password.empty()) {
    out += "  login     sign in with your own user\n";
  } else {
    out += str_cat("  login     admin@localhost\n  password  ", password,
                   "  (to be changed at the first sign-in)\n");
  }
  out += "\nSample traffic: penstock send    State: penstock status    Stop: Ctrl-C\n\n";
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

// Makes the folder; its absolute path, or "" with a message.
std::string make_state_folder(const std::string& path) {
  if (const auto made = files::make_folder(path, 0750); !made) {
    failed(str_cat("the folder ", path, " cannot be made: ", to_text(made.error())));
    return "";
  }
  const std::unique_ptr<char, void (*)(void*)> absolute(realpath(path.c_str(), nullptr), std::free);
  if (absolute) return absolute.get();
  failed(str_cat("the folder ", path, " cannot be used: ", std::strerror(errno)));
  return "";
}

// What would make a start end in confusion; false with a message.
bool may_start(const app::Config& config) {
  for (const std::string_view program : kPrograms) {
    if (const auto file = app::find_running(config.state_dir, program)) {
      failed(str_cat(program, " runs on ", config.state_dir, " already (process ", file->pid,
                     "); stop it first, or name another folder with --data"));
      return false;
    }
  }
  std::vector<std::string> addresses = config.ingest.listen;
  std::vector<std::string_view> settings(addresses.size(), "ingest.listen");
  const auto add = [&](std::string_view setting, const std::string& address) {
    settings.push_back(setting);
    addresses.push_back(address);
  };
  for (const std::string& address : config.ingest.tls_listen) add("ingest.tls_listen", address);
  for (const std::string& address : config.console.tls_listen) add("console.tls_listen", address);
  add("console.redirect_listen", config.console.redirect_listen);
  add("ingest.admin_listen", config.ingest.admin_listen);
  add("worker.admin_listen", config.worker.admin_listen);
  add("console.listen", config.console.listen);
  add("console.admin_listen", config.console.admin_listen);
  const auto taken = taken_addresses(addresses);
  for (const std::string& address : taken) {
    const auto last = std::find(addresses.rbegin(), addresses.rend(), address);
    const auto index = static_cast<std::size_t>(addresses.rend() - last) - 1;
    failed(
        str_cat(address, " is taken; choose another, with --set ", settings[index], "=HOST:PORT"));
  }
  return taken.empty();
}

// The intake's listening sockets, which outlive it here: while it is started again after a crash,
// its clients wait instead of being refused.
class KeptSockets {
 public:
  // False: an address cannot be listened at, which is logged.
  bool open(const app::IngestConfig& config) {
    int ends[2];
    auto opened = app::open_sockets(config, app::reactor_count(config));
    if (!opened || pipe2(ends, O_CLOEXEC) != 0) return false;
    sockets_ = std::move(*opened);
    pipe_to_read_ = files::Descriptor(ends[0]);
    pipe_to_write_ = files::Descriptor(ends[1]);
    for (app::NamedSocket& named : sockets_) named.socket.set_keeper(io::Keeper::kSomeone);
    return true;
  }

  std::vector<ChildDescriptor> for_child() const {
    std::vector<ChildDescriptor> descriptors;
    for (const app::NamedSocket& named : sockets_) {
      descriptors.push_back({named.socket.fd(), named.name});
    }
    descriptors.push_back({pipe_to_read_.get(), std::string(app::kKeeperName)});
    return descriptors;
  }

  // The pipe's end tells the intake that it is the last, and takes what waits in the queues.
  void give_up() {
    sockets_.clear();
    pipe_to_write_.close();
  }

 private:
  std::vector<app::NamedSocket> sockets_;
  files::Descriptor pipe_to_read_;
  files::Descriptor pipe_to_write_;
};

// True as well where the queue cannot be asked: waiting longer would not help.
bool is_queue_empty(queue::Inspector* inspector) {
  if (inspector == nullptr) return true;
  const auto state = inspector->state();
  return !state || state->depth == 0;
}

int up(const Context& context, app::Config config) {
  const auto clashes = app::address_clashes(config, app::Between::kPrograms);
  for (const app::Clash& clash : clashes) failed(clash.what);
  if (!clashes.empty()) return app::kExitUsage;
  const std::string state_dir = make_state_folder(config.state_dir);
  if (state_dir.empty()) return app::kExitFailed;
  config.state_dir = state_dir;
  if (!may_start(config)) return app::kExitFailed;
  app::start_log("penstock", config);

  KeptSockets kept;
  if (!kept.open(config.ingest)) return app::kExitFailed;
  std::vector<SupervisedChild> children;
  for (const std::string_view program : kPrograms) {
    SupervisedChild& child = children.emplace_back();
    child.name = program;
    child.command = command_of(program, context.common, state_dir);
    child.is_ready = [=](pid_t pid) { return is_ready(state_dir, program, pid); };
  }
  children.front().command.descriptors = kept.for_child();
  children.front().before_stop = [&kept] { kept.give_up(); };
  const SystemClock clock;
  std::unique_ptr<queue::Inspector> inspector;
  const auto is_drained = [&] {
    if (!inspector) {
      if (auto made = queue::make_inspector(app::consumer_options(config), clock)) {
        inspector = std::move(*made);
      }
    }
    return is_queue_empty(inspector.get());
  };
  SupervisorOptions options;
  options.stop_ms = config.ingest.drain_timeout_ms + kStopMarginMs;
  return Supervisor(
             std::move(children), [&] { print_where(config); }, is_drained, options, clock)
      .run();
}

}  // namespace

void add_up(CLI::App& app, Context& context) {
  CLI::App* verb =
      add_verb(app, context, "up", "Run intake, worker and console as children, for one machine");
  verb->callback([&context] {
    context.default_data_dir = kTrialFolder;
    context.action = [&context](const app::Config& config) { return up(context, config); };
  });
}

}  // namespace penstock::cli
