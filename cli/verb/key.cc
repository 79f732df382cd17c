#include <algorithm>
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "app/process/state_lock.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/text/row_text.h"
#include "cli/verb/verb.h"
#include "event/limits.h"
#include "files/folder.h"
#include "intake/keys.h"
#include "json/writer.h"

namespace penstock::cli {
namespace {

struct KeyArguments {
  std::string project;
  bool is_server_side = false;
  bool is_json = false;
  std::string id;
};

int cannot_read(const std::string& path, const Error& error) {
  return failed(str_cat("the keys file ", path, " cannot be read: ", to_text(error)));
}

// Tells the intake, or the user how to.
void make_known(const app::Config& config) {
  if (const auto file = app::find_running(config.state_dir, app::kIngestProgram)) {
    if (kill(static_cast<pid_t>(file->pid), SIGHUP) == 0) {
      std::fprintf(stderr, "The running penstock-ingest was told and takes it over now.\n");
    } else {
      std::fprintf(stderr,
                   "To make it known: systemctl reload penstock-ingest (or SIGHUP to process "
                   "%lld).\n",
                   static_cast<long long>(file->pid));
    }
    return;
  }
  std::fprintf(stderr,
               "No penstock-ingest runs on %s; one that starts will know it. An intake with "
               "another state directory needs SIGHUP.\n",
               config.state_dir.c_str());
}

// `secret` only of a key just made: nothing else has it.
void write_entry(json::Writer& writer, const intake::KeyEntry& key, const std::string* secret) {
  writer.begin_object();
  if (secret != nullptr) writer.member("key", std::string_view(*secret));
  writer.member("id", std::string_view(key.id));
  writer.member("project", std::string_view(key.project));
  writer.member("server_side", key.server_side);
  writer.member("created_at", key.created_at_ms);
  writer.key("revoked_at");
  if (key.revoked_at_ms > 0) {
    writer.value(key.revoked_at_ms);
  } else {
    writer.null();
  }
  writer.end_object();
}

int cannot_write(const std::string& path, const Error& error) {
  return failed(str_cat("the keys file ", path, " cannot be changed: ", to_text(error)));
}

std::string text_of(const KeyArguments& arguments, const intake::NewKey& made) {
  if (!arguments.is_json) return made.key + '\n';
  std::string out;
  json::Writer writer(out);
  write_entry(writer, made.entry, &made.key);
  return out + '\n';
}

int create(const KeyArguments& arguments, const app::Config& config) {
  if (arguments.project.empty() || arguments.project.size() > event::kProjectBytesMax ||
      for_terminal(arguments.project) != arguments.project) {
    failed(str_cat("a project's name has 1 to ", event::kProjectBytesMax,
                   " bytes and no control characters"));
    return app::kExitUsage;
  }
  const intake::NewKey made =
      intake::make_key(arguments.project, arguments.is_server_side, SystemClock().wall_ms());
  // Shown before it is kept: a key that nobody has seen is of no use, and valid for good.
  bool is_shown = false;
  const auto kept = intake::change_keys(
      config.keys_path(),
      [&](intake::Keys& keys) {
        is_shown = print(text_of(arguments, made));
        keys.push_back(made.entry);
        return is_shown ? intake::KeysChange::kMade : intake::KeysChange::kNone;
      },
      config.spool_path());
  if (!kept) {
    if (is_shown) std::fprintf(stderr, "The key printed above is not kept and not valid.\n");
    return cannot_write(config.keys_path(), kept.error());
  }
  if (!is_shown) return failed("the key cannot be shown: no key was made");
  std::fprintf(stderr, "Key %s for project %s. It is shown this once only: keep it now.\n",
               made.entry.id.c_str(), arguments.project.c_str());
  make_known(config);
  return app::kExitDone;
}

int list(const KeyArguments& arguments, const app::Config& config) {
  const auto keys = intake::read_keys(config.keys_path());
  if (!keys) return cannot_read(config.keys_path(), keys.error());
  if (arguments.is_json) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const intake::KeyEntry& key : *keys) write_entry(writer, key, nullptr);
    writer.end_array();
    std::printf("%s\n", out.c_str());
    return app::kExitDone;
  }
  std::printf("%-16s %-24s %-12s %-12s %s\n", "ID", "PROJECT", "SERVER-SIDE", "CREATED", "REVOKED");
  for (const intake::KeyEntry& key : *keys) {
    std::printf("%-16s %-24s %-12s %-12s %s\n", for_terminal(key.id).c_str(),
                for_terminal(key.project).c_str(), key.server_side ? "yes" : "no",
                day_text(key.created_at_ms).c_str(),
                key.revoked_at_ms > 0 ? day_text(key.revoked_at_ms).c_str() : "-");
  }
  return app::kExitDone;
}

int revoke(const KeyArguments& arguments, const app::Config& config) {
  enum { kNotThere, kBefore, kNow } found = kNotThere;
  const auto kept = intake::change_keys(
      config.keys_path(),
      [&](intake::Keys& keys) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const auto& entry) { return entry.id == arguments.id; });
        if (key == keys.end()) return intake::KeysChange::kNone;
        found = key->revoked_at_ms > 0 ? kBefore : kNow;
        if (found == kBefore) return intake::KeysChange::kNone;
        key->revoked_at_ms = SystemClock().wall_ms();
        return intake::KeysChange::kMade;
      },
      config.spool_path());
  if (!kept) return cannot_write(config.keys_path(), kept.error());
  const std::string id = for_terminal(arguments.id);
  if (found == kNotThere) {
    return failed(
        str_cat("no key ", id, " in ", config.keys_path(), "; `penstock key list` shows them"));
  }
  print(found == kBefore ? str_cat("key ", id, " was revoked before\n")
                         : str_cat("revoked ", id, "\n"));
  if (found == kNow) make_known(config);
  return app::kExitDone;
}

}  // namespace

void add_key(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "key", "Keys with which events may be sent");
  verb->require_subcommand(1);
  const auto arguments = std::make_shared<KeyArguments>();
  const auto add_action = [&](const std::string& name, const std::string& description,
                              int (*action)(const KeyArguments&, const app::Config&)) {
    CLI::App* sub = add_verb(*verb, context, name, description);
    sub->callback([&context, arguments, action] {
      // As the folder's owner where we are root: the intake has to read what is made here.
      context.action = [arguments, action](const app::Config& config) {
        return in_folder("the folder of the keys file", files::folder_of(config.keys_path()),
                         [&] { return action(*arguments, config); });
      };
    });
    return sub;
  };
  CLI::App* make = add_action("create", "Make a key and print it, once", create);
  make->add_option("PROJECT,--project", arguments->project, "Project that its events belong to")
      ->required();
  make->add_flag("--server-side", arguments->is_server_side,
                 "Believe the ip and user_agent members of its events");
  make->add_flag("--json", arguments->is_json, "One JSON object");
  CLI::App* all = add_action("list", "List keys, without their secrets", list);
  all->add_flag("--json", arguments->is_json, "A JSON array");
  add_action("revoke", "End a key for good", revoke)
      ->add_option("ID", arguments->id, "The key's id, as list shows it")
      ->required();
}

}  // namespace penstock::cli
