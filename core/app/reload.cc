#include "app/reload.h"

#include <algorithm>
#include <iterator>

#include "app/command_line.h"
#include "app/config/error_settings.h"
#include "app/config/hook_settings.h"
#include "app/config/schema.h"
#include "app/hook_secrets.h"
#include "app/process/run_file.h"
#include "app/tls/tls_files.h"
#include "app/traffic_options.h"
#include "base/log.h"
#include "base/text.h"

namespace penstock::app {
namespace {

// The intake's own sections.
constexpr std::string_view kIngestSections[] = {"ingest", "protocols", "errors", "traffic"};

// Of the first of them: what is read once, at the start. All else is taken at a reload.
constexpr std::string_view kIngestStart[] = {"listen", "tls_listen", "threads", "admin_listen",
                                             "drain_timeout_ms"};

// Of the console's, all that is taken at a reload.
constexpr std::string_view kConsoleTaken[] = {"tls_certificate", "tls_key", "tls_client_ca"};

// The intake tells it to clients that show people where their event is.
constexpr std::string_view kConsoleUrl = "console.public_url";

bool is_one_of(std::string_view name, const auto& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// Whether `program` looks at the setting at all.
bool concerns(std::string_view program, const Setting& setting) {
  const std::string_view section = setting.section;
  if (section == "state" || section == "log" || section == "queue" || section == "spool") {
    return true;
  }
  if (program == kIngestProgram) {
    return is_one_of(section, kIngestSections) || setting.name() == kConsoleUrl;
  }
  if (section == "store") return true;
  if (setting.name() == "worker.control_listen") return true;
  if (program == kWorkerProgram) return section == "worker";
  return section == "console" || section == "protocols" ||
         setting.name() == "ingest.trusted_proxies";
}

bool can_take(std::string_view program, const Setting& setting) {
  if (setting.name() == "log.level") return true;
  if (program == kConsoleProgram && setting.section == "console") {
    return is_one_of(setting.key, kConsoleTaken);
  }
  // The console tells which protocols are on.
  if (program == kConsoleProgram && setting.section == "protocols") return true;
  if (program == kIngestProgram && setting.name() == kConsoleUrl) return true;
  return program == kIngestProgram && is_one_of(setting.section, kIngestSections) &&
         !(setting.section == "ingest" && is_one_of(setting.key, kIngestStart));
}

void copy(const Setting& setting, Config& from, Config& to) {
  std::visit([&](auto member) { member(to) = member(from); }, setting.target);
}

// Their files are read anew in any case.
void take_hooks(std::string_view program, const Config& loaded, Reload& reload) {
  if (program != kIngestProgram || loaded.hooks == reload.config.hooks) return;
  reload.config.hooks = loaded.hooks;
  reload.taken.emplace_back(kHooksSection);
}

void take_error_projects(std::string_view program, const Config& loaded, Reload& reload) {
  ErrorsConfig& errors = reload.config.errors;
  if (program != kIngestProgram || loaded.errors.projects == errors.projects) return;
  errors.projects = loaded.errors.projects;
  reload.taken.push_back(str_cat(kErrorsSection, ".", kErrorProjects));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += str_cat(text.empty() ? "" : ", ", name);
  return text;
}

}  // namespace

std::optional<Reload> read_again(const ConfigSources& sources, const Config& running,
                                 std::string_view program) {
  LoadedConfig loaded = load_config(sources);
  if (loaded.faults.empty()) {
    check_tls_files(program, loaded);
    check_hook_secrets(program, loaded);
    check_traffic_files(program, loaded);
  }
  for (const Fault& fault : loaded.faults) {
    log_error("config.fault", fault.what, {{"where", fault.where}});
  }
  if (!loaded.faults.empty()) {
    log_error("config.reload_refused", "reload refused, the old settings stay",
              {{"faults", loaded.faults.size()}});
    return std::nullopt;
  }
  Reload reload{running, {}, {}};
  for (const Setting& setting : settings()) {
    if (!concerns(program, setting)) continue;
    if (toml_text(setting, loaded.config) == toml_text(setting, running)) continue;
    if (can_take(program, setting)) {
      copy(setting, loaded.config, reload.config);
      reload.taken.push_back(setting.name());
    } else {
      reload.waiting.push_back(setting.name());
    }
  }
  take_hooks(program, loaded.config, reload);
  take_error_projects(program, loaded.config, reload);
  return reload;
}

void finish_reload(const Reload& reload) {
  set_log_level(level_of(reload.config));
  if (!reload.waiting.empty()) {
    log_warn("config.restart_needed", "changed settings wait for a restart",
             {{"settings", joined(reload.waiting)}});
  }
  if (reload.taken.empty()) {
    log_info("config", "settings reloaded, none that could be taken has changed");
  } else {
    log_info("config", "settings reloaded", {{"changed", joined(reload.taken)}});
  }
}

}  // namespace penstock::app
