#include "cli/shared/command.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config/version.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "files/folder.h"
#include "files/identity.h"

namespace penstock::cli {
namespace {

// --data wins over everything. Without it, and without a configuration that names a state
// directory or an installed one, the folder of a trial started here is meant.
void find_state(const Context& context, app::ConfigSources& sources, const app::Config& config) {
  if (!context.data_dir.empty()) {
    sources.sets.push_back(str_cat("state.dir=", context.data_dir));
    return;
  }
  if (config.state_dir != app::Config().state_dir) return;
  const std::string found = state_without_a_name(config.state_dir);
  if (!context.default_data_dir.empty()) {
    sources.sets.push_back(str_cat("state.dir=", context.default_data_dir));
  } else if (found != config.state_dir) {
    sources.sets.push_back(str_cat("state.dir=", found));
  }
}

// The configuration may hold passwords, so not everybody may read it. Whoever may look into the
// state directory may read it as well.
void tell_who_may_read(const std::string& file) {
  for (const std::string& path : {file, files::folder_of(file) + "/conf.d"}) {
    if (file.empty() || ::access(path.c_str(), R_OK) == 0 || errno != EACCES) continue;
    const Error error{ErrorCode::kConfiguration, EACCES, ""};
    failed(str_cat("you may not look", who_may(app::Config().state_dir, error)));
    return;
  }
}

int run_action(const Context& context) {
  app::ConfigSources sources = app::sources_of(context.common);
  if (context.on_faults) {
    const app::LoadedConfig loaded = app::load_config(sources);
    if (!loaded.faults.empty()) return context.on_faults(loaded.faults);
  }
  auto config = app::load_or_explain(sources);
  if (!config) {
    tell_who_may_read(sources.file);
    return app::kExitUsage;
  }
  find_state(context, sources, *config);
  config = app::load_or_explain(sources);
  if (!config) return app::kExitUsage;
  crypto::start_crypto();
  return app::with_output_written("penstock", context.action(*config));
}

}  // namespace

std::string state_without_a_name(const std::string& standard) {
  std::error_code error;
  const bool is_trial =
      !std::filesystem::exists(standard, error) && std::filesystem::exists(kTrialFolder, error);
  return is_trial ? kTrialFolder : standard;
}

int run(std::span<const AddVerb> verbs, int argc, const char* const* argv) {
  Context context;
  CLI::App app{"Event intake, queue, store and console: the command-line tool.", "penstock"};
  app::add_common_options(app, "penstock", context.common);
  app.footer(
      "The common options may stand before or after the verb. `penstock VERB --help` tells "
      "each verb's own.\nManual: penstock(1), penstock.toml(5).");
  app.require_subcommand(0, 1);
  for (const AddVerb add : verbs) add(app, context);

  if (const auto code = app::parse_arguments(app, argc, argv)) return *code;
  if (context.common.is_check) {
    return app::check_config("penstock", app::sources_of(context.common));
  }
  if (!context.action) {
    std::fprintf(stderr, "%s", app.help().c_str());
    return app::kExitUsage;
  }
  return run_action(context);
}

CLI::App* add_verb(CLI::App& app, Context& context, const std::string& name,
                   const std::string& description) {
  CLI::App* verb = app.add_subcommand(name, description);
  verb->fallthrough();
  verb->get_help_ptr()->description("Print this help and exit");
  verb->add_option("--data", context.data_dir, "State directory, as --set state.dir=DIR")
      ->type_name("DIR");
  return verb;
}

std::string who_may(const std::string& folder, const Error& error) {
  if (error.native != EACCES && error.native != EPERM) return "";
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0) return "";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a verb has one thread.
  const group* members = ::getgrgid(found.st_gid);
  const bool may_group = (found.st_mode & S_IRGRP) != 0 && found.st_gid != 0 && members != nullptr;
  return str_cat("; root may look", may_group ? " and members of group " : "",
                 may_group ? members->gr_name : "");
}

int in_folder(const std::string& what, const std::string& folder,
              const std::function<int()>& work) {
  const auto identity = files::OwnerIdentity::take(folder);
  const Result<void> readable = identity ? files::check_folder(folder) : fail(identity.error());
  if (readable) return work();
  return failed(str_cat(what, " ", folder, " cannot be used: ", to_text(readable.error()),
                        who_may(folder, readable.error())));
}

namespace {

bool is_state_there(const app::Config& config) {
  const auto readable = files::check_folder(config.state_dir);
  if (readable || readable.error().native != ENOENT) return true;
  failed(str_cat("the state directory ", config.state_dir,
                 " is not there; name the right one with --data or --config"));
  return false;
}

}  // namespace

int in_state(const app::Config& config, const std::function<int()>& work) {
  if (!is_state_there(config)) return app::kExitFailed;
  return in_folder("the state directory", config.state_dir, work);
}

int in_part(const app::Config& config, const std::string& part, const std::function<int()>& work) {
  if (!is_state_there(config)) return app::kExitFailed;
  // Another user than root looks as himself, and is told first whether he may at all.
  if (::geteuid() != 0) return in_folder("the state directory", config.state_dir, work);
  return in_folder("the folder", is_absent(part) ? config.state_dir : part, work);
}

bool is_readable_or_absent(const std::string& what, const std::string& folder) {
  const auto readable = files::check_folder(folder);
  if (readable || readable.error().native == ENOENT) return true;
  failed(str_cat(what, " ", folder, " cannot be read: ", to_text(readable.error()),
                 who_may(folder, readable.error())));
  return false;
}

bool is_readable(const std::string& what, const std::string& folder, std::string_view maker) {
  if (!is_absent(folder)) return is_readable_or_absent(what, folder);
  failed(str_cat(what, " ", folder, " is not there yet: ", maker, " makes it when it starts"));
  return false;
}

bool is_absent(const std::string& path) {
  return ::access(path.c_str(), F_OK) != 0 && errno == ENOENT;
}

bool print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0;
}

int failed(const std::string& what) {
  std::fprintf(stderr, "penstock: %s\n", what.c_str());
  return app::kExitFailed;
}

}  // namespace penstock::cli
