// `penstock store`: what a person does to the store itself.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/config/retention_rules.h"
#include "app/process/run_file.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/backup/backup.h"
#include "cli/backup/restore.h"
#include "cli/verb/verb.h"
#include "store/backends.h"

namespace penstock::cli {
namespace {

int prune(bool is_dry_run, const app::Config& config) {
  store::StoreOptions options;
  options.path = config.store_path();
  options.retention_days = static_cast<std::uint32_t>(config.store.retention_days);
  options.bytes_max = static_cast<std::uint64_t>(config.store.max_bytes);
  options.retain = app::retention_rules(config);
  if (options.retention_days == 0 && options.bytes_max == 0 && options.retain.empty()) {
    return failed(
        "store.retention_days and store.max_bytes are 0, and store.retain has no rule: all is "
        "kept");
  }
  if (!is_readable("the store", options.path, app::kWorkerProgram)) return app::kExitFailed;
  const SystemClock clock;
  const auto days = store::prune_store(options, clock, is_dry_run);
  if (!days) {
    return failed(
        str_cat("the store ", options.path, " cannot be pruned: ", to_text(days.error())));
  }
  for (const std::int64_t day_ms : *days) {
    std::printf("%s %s\n", is_dry_run ? "would remove" : "removed", day_text(day_ms).c_str());
  }
  if (days->empty()) {
    std::printf("No day is past store.retention_days or above store.max_bytes.\n");
  }
  if (options.retain.empty()) return app::kExitDone;
  const auto rows = store::prune_store_rows(options, clock, is_dry_run);
  if (!rows) {
    return failed(str_cat("events of the store ", options.path,
                          " cannot be deleted: ", to_text(rows.error())));
  }
  for (const store::RemovedRows& one : *rows) {
    const bool is_gone = std::find(days->begin(), days->end(), one.day_ms) != days->end();
    if (is_gone) continue;  // With its day, which a dry run has left.
    std::printf("%s of %s: %llu events by %s\n", is_dry_run ? "would remove" : "removed",
                day_text(one.day_ms).c_str(), static_cast<unsigned long long>(one.rows),
                one.rule.empty() ? "store.retention_days" : one.rule.c_str());
  }
  if (rows->empty()) std::printf("No event is past the days of store.retain.\n");
  return app::kExitDone;
}

// Prints what was found, with the remedy; how many files had a fault.
int tell_faults(const std::vector<store::FileFault>& faults) {
  for (const store::FileFault& fault : faults) {
    failed(str_cat(fault.file, ": ", fault.what, ". Remedy: ", fault.remedy));
  }
  return faults.empty() ? app::kExitDone : app::kExitFailed;
}

int check(bool is_quick, const app::Config& config) {
  const std::string place = config.store_path();
  if (!is_readable("the store", place, app::kWorkerProgram)) return app::kExitFailed;
  const auto checked = store::check_store(place, is_quick);
  if (!checked) {
    return failed(str_cat("the store ", place, " cannot be checked: ", to_text(checked.error())));
  }
  std::printf("%u files are in order, %zu are not.\n", checked->files, checked->faults.size());
  return tell_faults(checked->faults);
}

int migrate(bool keeps_copies, const app::Config& config) {
  const std::string place = config.store_path();
  if (!is_readable("the store", place, app::kWorkerProgram)) return app::kExitFailed;
  if (!store::check_store_unused(place)) {
    return failed(str_cat("a worker writes to ", place,
                          " and brings up to date what it writes to; stop it to do all days at "
                          "once (systemctl stop penstock-worker)"));
  }
  const auto migrated = store::migrate_store(place, keeps_copies);
  if (!migrated) {
    const bool is_full = migrated.error().code == ErrorCode::kExhausted;
    return failed(str_cat("the store ", place, " cannot be migrated: ", to_text(migrated.error()),
                          is_full ? "; --no-copies takes no room, where there is a backup" : ""));
  }
  if (migrated->files == 0 && migrated->faults.empty()) {
    std::printf("Every day is of this version already.\n");
  } else {
    std::printf("%u %s brought to this version.\n", migrated->files,
                migrated->files == 1 ? "day was" : "days were");
    if (keeps_copies && migrated->files > 0) {
      std::printf(
          "As they were they lie in %s/*.db.version-N; the worker removes them after 7 days.\n",
          place.c_str());
    }
  }
  return tell_faults(migrated->faults);
}

void add_check(CLI::App& verb, Context& context) {
  const auto is_quick = std::make_shared<bool>(false);
  CLI::App* sub =
      add_verb(verb, context, "check", "See whether every stored day is in order; changes nothing");
  sub->add_flag("--quick", *is_quick, "Leave the indexes out");
  sub->callback([&context, is_quick] {
    context.action = [is_quick](const app::Config& config) {
      return in_part(config, config.store_path(), [&] { return check(*is_quick, config); });
    };
  });
}

void add_migrate(CLI::App& verb, Context& context) {
  const auto has_backup = std::make_shared<bool>(false);
  CLI::App* sub = add_verb(verb, context, "migrate",
                           "Bring every stored day to this version at once, without the worker");
  sub->add_flag("--no-copies", *has_backup,
                "Do not keep each day as it was beside it, because there is a backup");
  sub->callback([&context, has_backup] {
    context.action = [has_backup](const app::Config& config) {
      return in_part(config, config.store_path(), [&] { return migrate(!*has_backup, config); });
    };
  });
}

void add_prune(CLI::App& verb, Context& context) {
  const auto is_dry_run = std::make_shared<bool>(false);
  CLI::App* sub =
      add_verb(verb, context, "prune",
               "Remove every day that is past store.retention_days or above store.max_bytes, "
               "and events that are past store.retain");
  sub->add_flag("--dry-run", *is_dry_run,
                "Only tell which days, and how many events of others, would go");
  sub->callback([&context, is_dry_run] {
    context.action = [is_dry_run](const app::Config& config) {
      return in_part(config, config.store_path(), [&] { return prune(*is_dry_run, config); });
    };
  });
}

void add_backup(CLI::App& verb, Context& context) {
  const auto arguments = std::make_shared<BackupArguments>();
  CLI::App* sub = add_verb(verb, context, "backup",
                           "Copy events, keys, users and configuration into a new folder");
  sub->add_option("DIR", arguments->target, "The folder, new or empty")->required();
  sub->callback([&context, arguments] {
    context.action = [&context, arguments](const app::Config& config) {
      arguments->config_file = app::sources_of(context.common).file;
      return back_up(*arguments, config);
    };
  });
}

void add_restore(CLI::App& verb, Context& context) {
  const auto arguments = std::make_shared<RestoreArguments>();
  CLI::App* sub = add_verb(verb, context, "restore",
                           "Make an empty state directory what it was when it was backed up");
  sub->add_option("FROM", arguments->from, "The folder of the backup")->required();
  sub->add_flag("--force", arguments->is_forced, "Move aside what is there; nothing is removed");
  sub->add_flag("--partial", arguments->is_partial, "Leave out what is damaged or missing");
  sub->callback([&context, arguments] {
    context.action = [arguments](const app::Config& config) { return restore(*arguments, config); };
  });
}

}  // namespace

void add_store(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "store", "The stored days");
  verb->require_subcommand(1);
  add_backup(*verb, context);
  add_restore(*verb, context);
  add_check(*verb, context);
  add_migrate(*verb, context);
  add_prune(*verb, context);
}

}  // namespace penstock::cli
