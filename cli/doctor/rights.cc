// Whether each program may do with the state what it has to, and whether strangers may not.
//
// As whom a program works is its process's to say or, where it does not run, the owner of the
// folder that it makes: so this holds for one user, for several, and for a trial in somebody's
// home.
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "app/process/state_lock.h"
#include "base/text.h"
#include "cli/doctor/access.h"
#include "cli/doctor/checks.h"
#include "cli/doctor/process_facts.h"
#include "cli/shared/command.h"

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

// More of one kind say nothing new.
constexpr std::size_t kNamedMax = 3;
constexpr int kAll = R_OK | W_OK | X_OK;
constexpr int kChange = R_OK | W_OK;

struct Need {
  std::string path;
  int wanted;
  bool is_shared = false;  // By all programs, each of which may be a user of its own.
};

struct Worker {
  std::string program;
  std::string own_folder;
  std::vector<Need> needs;
};

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename());
  }
  return names;
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

void need_days(const std::string& store, int wanted, std::vector<Need>& needs) {
  for (const std::string& name : names_in(store)) {
    if (name.ends_with(".db")) needs.push_back({str_cat(store, "/", name), wanted});
  }
}

// Where no listener speaks TLS nobody reads them.
void need_tls(const app::TlsConfig& tls, std::vector<Need>& needs) {
  if (tls.tls_listen.empty()) return;
  for (const auto* files : {&tls.tls_certificate, &tls.tls_key}) {
    for (const std::string& path : *files) needs.push_back({path, R_OK});
  }
  if (!tls.tls_client_ca.empty()) needs.push_back({tls.tls_client_ca, R_OK});
}

void need_queue_files(const app::QueueConfig& queue, std::vector<Need>& needs) {
  for (const std::string& path : {queue.tls_ca, queue.tls_certificate, queue.tls_key}) {
    if (!path.empty()) needs.push_back({path, R_OK, true});
  }
}

Worker intake_of(const app::Config& config) {
  Worker intake{std::string(app::kIngestProgram), config.spool_path(), {}};
  intake.needs = {{config.spool_path(), W_OK | X_OK},
                  {config.keys_path(), R_OK},
                  {config.console_keys_folder(), R_OK | X_OK},
                  {config.console_keys_path(), R_OK}};
  need_tls(config.ingest, intake.needs);
  need_queue_files(config.queue, intake.needs);
  return intake;
}

Worker worker_of(const app::Config& config) {
  const std::string spool = config.spool_path();
  Worker worker{std::string(app::kWorkerProgram), config.store_path(), {}};
  worker.needs = {{config.store_path(), kAll}};
  need_days(config.store_path(), kChange, worker.needs);
  need_queue_files(config.queue, worker.needs);
  if (!config.queue.url.starts_with("spool:")) return worker;
  worker.needs.push_back({spool, kAll});
  for (const std::string& name : names_in(spool)) {
    const std::string path = str_cat(spool, "/", name);
    const bool is_instance = is_folder(path);
    worker.needs.push_back({path, is_instance ? kAll : kChange});
    if (is_instance) worker.needs.push_back({path + "/lock", kChange});
  }
  return worker;
}

Worker console_of(const app::Config& config) {
  const std::string store = config.store_path();
  Worker console{std::string(app::kConsoleProgram), config.console_folder(), {}};
  console.needs = {{config.console_folder(), kAll},
                   {config.console_path(), kChange},
                   {store, R_OK | X_OK},
                   {config.console_keys_folder(), kAll},
                   {config.console_keys_path(), kChange}};
  need_days(store, R_OK, console.needs);
  need_tls(config.console, console.needs);
  need_queue_files(config.queue, console.needs);
  return console;
}

std::optional<User> user_of_program(const app::Config& config, const Worker& worker) {
  if (const auto running = app::find_running(config.state_dir, worker.program)) {
    return user_of_process(running->pid);
  }
  for (const std::string& folder : {worker.own_folder, config.state_dir}) {
    struct stat found {};
    if (::stat(folder.c_str(), &found) == 0) return user_of(found.st_uid, found.st_gid);
  }
  return std::nullopt;
}

std::string words_of(int wanted) {
  std::string words;
  const auto add = [&](int bit, const char* word) {
    if ((wanted & bit) == 0) return;
    if (!words.empty()) words += " and ";
    words += word;
  };
  add(R_OK, "read");
  add(W_OK, "write");
  add(X_OK, "enter");
  return words;
}

std::string remedy_of(const Need& need, const User& user) {
  const std::string change =
      need.is_shared ? str_cat("chgrp penstock-programs ", need.path, " and chmod 0640 ", need.path)
                     : str_cat("chown ", user.name, " ", need.path, " and chmod u+",
                               is_folder(need.path) ? "rwx " : "rw ", need.path);
  return str_cat(change, ", or `namei -l` to see what is closed on the way");
}

void look_at(const app::Config& config, const Worker& worker, Findings& findings) {
  const auto user = user_of_program(config, worker);
  if (!user) return;
  std::size_t closed = 0;
  std::size_t looked_at = 0;
  for (const Need& need : worker.needs) {
    if (!is_there(need.path)) continue;
    ++looked_at;
    if (may(*user, need.path, need.wanted)) continue;
    if (++closed > kNamedMax) continue;
    findings.fail(
        str_cat(worker.program, " works as ", user->name, ", who may not ", words_of(need.wanted)),
        need.path, remedy_of(need, *user));
  }
  if (closed > kNamedMax) {
    findings.fail(str_cat("and ", closed - kNamedMax, " more that ", user->name, " may not use"),
                  worker.own_folder, "see above");
  }
  if (closed == 0 && looked_at > 0) {
    findings.ok(str_cat(worker.program, " may use what it needs, as ", user->name));
  }
}

// What is in no list: the least that the system knows.
User stranger() { return {static_cast<uid_t>(-2), {static_cast<gid_t>(-2)}, "anybody"}; }

void look_at_secrets(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  std::vector<std::string> secrets = {config.console_path(), config.password_path(),
                                      config.keys_path(), config.console_keys_path()};
  for (const app::TlsConfig* tls : {static_cast<const app::TlsConfig*>(&config.ingest),
                                    static_cast<const app::TlsConfig*>(&config.console)}) {
    secrets.insert(secrets.end(), tls->tls_key.begin(), tls->tls_key.end());
  }
  if (!config.queue.tls_key.empty()) secrets.push_back(config.queue.tls_key);
  // A password in the queue's URL stands in one of these.
  if (config.queue.url.find('@') != std::string::npos) {
    secrets.push_back(examined.sources.file);
    const std::string more = fs::path(examined.sources.file).parent_path() / "conf.d";
    for (const std::string& name : names_in(more)) secrets.push_back(str_cat(more, "/", name));
  }
  for (const std::string& path : secrets) {
    if (!is_there(path) || !may(stranger(), path, R_OK)) continue;
    findings.fail("it holds secrets, and everybody on this machine may read it", path,
                  str_cat("chmod o-rwx ", path));
  }
}

}  // namespace

void check_rights(const Examined& examined, Findings& findings) {
  const app::Config& config = examined.config;
  if (is_absent(config.state_dir)) {
    return findings.fail("the state directory is not there", config.state_dir,
                         "start the programs, or name another by --data or --config");
  }
  if (::access(config.state_dir.c_str(), R_OK | X_OK) != 0) {
    return findings.fail("you may not look into the state directory", config.state_dir,
                         "run it as root, or as a member of group penstock");
  }
  for (const Worker& worker : {intake_of(config), worker_of(config), console_of(config)}) {
    look_at(config, worker, findings);
  }
  look_at_secrets(examined, findings);
}

}  // namespace penstock::cli
