#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "app/process/state_lock.h"
#include "base/clock.h"
#include "base/function_ref.h"
#include "base/text.h"
#include "cli/text/row_text.h"
#include "cli/verb/verb.h"
#include "event/limits.h"
#include "files/folder.h"
#include "intake/keys.h"
#include "json/writer.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

struct KeyArguments {
  std::string project;
  std::string name;
  bool is_server_side = false;
  bool is_json = false;
  std::string id;
  intake::KeyRules rules;
  std::int64_t overlap_hours = 24;
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

void write_texts(json::Writer& writer, std::string_view name,
                 const std::vector<std::string>& texts) {
  writer.key(name).begin_array();
  for (const std::string& text : texts) writer.value(std::string_view(text));
  writer.end_array();
}

// `secret` only of a key just made: nothing else has it.
void write_entry(json::Writer& writer, const intake::KeyEntry& key, const std::string* secret) {
  writer.begin_object();
  if (secret != nullptr) writer.member("key", std::string_view(*secret));
  writer.member("id", std::string_view(key.id));
  writer.member("project", std::string_view(key.project));
  writer.member("name", std::string_view(key.name));
  writer.member("server_side", key.server_side);
  writer.member("created_at", key.created_at_ms);
  writer.member_or_null("revoked_at", key.revoked_at_ms);
  writer.member_or_null("expires_at", key.rules.expires_at_ms);
  writer.member("events_a_minute", key.rules.events_a_minute);
  write_texts(writer, "origins", key.rules.origins);
  write_texts(writer, "addresses", key.rules.addresses);
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

// Root's keys file, and the console's.
struct Place {
  std::string path;
  std::string spool;  // Whose owner gets what root makes.
};

Place roots_place(const app::Config& config) { return {config.keys_path(), config.spool_path()}; }
Place consoles_place(const app::Config& config) { return {config.console_keys_path(), ""}; }

// As the owner of the file's folder: the intake has to read what is made here.
int in_place(const Place& place, const std::function<int()>& work) {
  return in_folder("the folder of the keys file", files::folder_of(place.path), work);
}

int show(const KeyArguments& arguments, const app::Config& config, const Place& place,
         FunctionRef<intake::KeysChange(intake::Keys& keys, intake::NewKey& made)> make) {
  // Shown before it is kept: a key that nobody has seen is of no use, and valid for good.
  bool is_shown = false;
  intake::NewKey made;
  const auto kept = intake::change_keys(
      place.path,
      [&](intake::Keys& keys) {
        if (make(keys, made) == intake::KeysChange::kNone) return intake::KeysChange::kNone;
        is_shown = print(text_of(arguments, made));
        return is_shown ? intake::KeysChange::kMade : intake::KeysChange::kNone;
      },
      place.spool);
  if (!kept) {
    if (is_shown) std::fprintf(stderr, "The key printed above is not kept and not valid.\n");
    return cannot_write(place.path, kept.error());
  }
  if (!is_shown) return failed("the key cannot be shown: no key was made");
  std::fprintf(stderr, "Key %s for project %s. It is shown this once only: keep it now.\n",
               made.entry.id.c_str(), for_terminal(made.entry.project).c_str());
  make_known(config);
  return app::kExitDone;
}

int create(const KeyArguments& arguments, const app::Config& config) {
  if (arguments.project.empty() || arguments.project.size() > event::kProjectBytesMax ||
      for_terminal(arguments.project) != arguments.project) {
    failed(str_cat("a project's name has 1 to ", event::kProjectBytesMax,
                   " bytes and no control characters"));
    return app::kExitUsage;
  }
  if (arguments.name.size() > intake::kKeyNameBytesMax ||
      for_terminal(arguments.name) != arguments.name) {
    failed(str_cat("a key's name has at most ", intake::kKeyNameBytesMax,
                   " bytes and no control characters"));
    return app::kExitUsage;
  }
  intake::KeyRules rules = arguments.rules;
  if (const auto settled = intake::settle_rules(rules); !settled) {
    failed(settled.error().step);
    return app::kExitUsage;
  }
  const Place place = roots_place(config);
  return in_place(place, [&] {
    return show(arguments, config, place, [&](intake::Keys& keys, intake::NewKey& made) {
      made = intake::make_key(arguments.project, arguments.is_server_side, SystemClock().wall_ms());
      made.entry.name = arguments.name;
      made.entry.rules = rules;
      keys.push_back(made.entry);
      return intake::KeysChange::kMade;
    });
  });
}

std::string state_of(const intake::KeyEntry& key) {
  if (key.is_revoked()) return "revoked " + day_text(key.revoked_at_ms);
  const std::int64_t expires_at_ms = key.rules.expires_at_ms;
  if (expires_at_ms == 0) return "-";
  return str_cat(expires_at_ms <= SystemClock().wall_ms() ? "ended " : "ends ",
                 day_text(expires_at_ms));
}

std::string rules_of(const intake::KeyRules& rules) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    text += str_cat(text.empty() ? "" : " ", part);
  };
  if (rules.events_a_minute > 0) add(str_cat(rules.events_a_minute, "/min"));
  for (const std::string& origin : rules.origins) add(for_terminal(origin));
  for (const std::string& address : rules.addresses) add(for_terminal(address));
  return text.empty() ? "-" : text;
}

void print_list(const KeyArguments& arguments, const intake::Keys& keys) {
  if (arguments.is_json) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const intake::KeyEntry& key : keys) write_entry(writer, key, nullptr);
    writer.end_array();
    std::printf("%s\n", out.c_str());
    return;
  }
  std::printf("%-16s %-24s %-16s %-12s %-12s %-18s %s\n", "ID", "PROJECT", "NAME", "SERVER-SIDE",
              "CREATED", "ENDS", "BOUND TO");
  for (const intake::KeyEntry& key : keys) {
    std::printf("%-16s %-24s %-16s %-12s %-12s %-18s %s\n", for_terminal(key.id).c_str(),
                for_terminal(key.project).c_str(),
                key.name.empty() ? "-" : for_terminal(key.name).c_str(),
                key.server_side ? "yes" : "no", day_text(key.created_at_ms).c_str(),
                state_of(key).c_str(), rules_of(key.rules).c_str());
  }
}

// The console's file is there once it has made a key.
int list(const KeyArguments& arguments, const app::Config& config) {
  intake::Keys keys;
  const auto add = [&](const Place& place) {
    return in_place(place, [&] {
      const auto read = intake::read_keys(place.path);
      if (!read) return cannot_read(place.path, read.error());
      intake::add_keys(keys, *read);
      return app::kExitDone;
    });
  };
  if (const int code = add(roots_place(config)); code != app::kExitDone) return code;
  const Place consoles = consoles_place(config);
  const std::string folder = files::folder_of(consoles.path);
  int code = app::kExitDone;
  if (!is_absent(folder) && ::geteuid() != 0 && ::access(folder.c_str(), R_OK | X_OK) != 0) {
    std::fprintf(stderr, "Keys made in the console are not listed: only root and it may see %s.\n",
                 folder.c_str());
  } else if (!is_absent(folder)) {
    code = add(consoles);
  }
  print_list(arguments, keys);
  return code;
}

// The file's key of this id; a failure to read it is told, and is none.
std::optional<intake::KeyEntry> key_in(const Place& place, const std::string& id) {
  std::optional<intake::KeyEntry> found;
  if (is_absent(files::folder_of(place.path))) return found;
  in_place(place, [&] {
    const auto keys = intake::read_keys(place.path);
    if (!keys) return cannot_read(place.path, keys.error());
    for (const intake::KeyEntry& key : *keys) {
      if (key.id == id) found = key;
    }
    return app::kExitDone;
  });
  return found;
}

// Root's own file first, in which the console can end a key, but not change it.
Place place_of(const app::Config& config, const std::string& id) {
  const Place roots = roots_place(config);
  return key_in(roots, id) || !key_in(consoles_place(config), id) ? roots : consoles_place(config);
}

intake::KeyEntry* find_key(intake::Keys& keys, const std::string& id) {
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const intake::KeyEntry& entry) { return entry.id == id; });
  return key == keys.end() ? nullptr : &*key;
}

int no_such_key(const std::string& id, const Place& place) {
  return failed(
      str_cat("no key ", for_terminal(id), " in ", place.path, "; `penstock key list` shows them"));
}

int revoke_in(const Place& place, const KeyArguments& arguments, const app::Config& config) {
  enum { kNotThere, kBefore, kNow } found = kNotThere;
  const auto kept = intake::change_keys(
      place.path,
      [&](intake::Keys& keys) {
        intake::KeyEntry* const key = find_key(keys, arguments.id);
        if (key == nullptr) return intake::KeysChange::kNone;
        found = key->revoked_at_ms > 0 ? kBefore : kNow;
        if (found == kBefore) return intake::KeysChange::kNone;
        key->revoked_at_ms = SystemClock().wall_ms();
        return intake::KeysChange::kMade;
      },
      place.spool);
  if (!kept) return cannot_write(place.path, kept.error());
  if (found == kNotThere) return no_such_key(arguments.id, place);
  const std::string id = for_terminal(arguments.id);
  print(found == kBefore ? str_cat("key ", id, " was revoked before\n")
                         : str_cat("revoked ", id, "\n"));
  if (found == kNow) make_known(config);
  return app::kExitDone;
}

int revoke(const KeyArguments& arguments, const app::Config& config) {
  const Place place = place_of(config, arguments.id);
  return in_place(place, [&] { return revoke_in(place, arguments, config); });
}

int rotate(const KeyArguments& arguments, const app::Config& config) {
  if (arguments.overlap_hours < 0 || arguments.overlap_hours > intake::kKeyOverlapHoursMax) {
    failed(str_cat("--overlap is 0 to ", intake::kKeyOverlapHoursMax, " hours"));
    return app::kExitUsage;
  }
  const Place place = place_of(config, arguments.id);
  const auto before = key_in(place, arguments.id);
  if (!before) return no_such_key(arguments.id, place);
  if (before->is_revoked()) {
    return failed(str_cat("key ", for_terminal(arguments.id), " was revoked; make a new one"));
  }
  return in_place(place, [&] {
    return show(arguments, config, place, [&](intake::Keys& keys, intake::NewKey& made) {
      intake::KeyEntry* const old = find_key(keys, arguments.id);
      if (old == nullptr) return intake::KeysChange::kNone;
      made = intake::rotate_key(*old, arguments.overlap_hours * kHourMs, SystemClock().wall_ms());
      keys.push_back(made.entry);
      return intake::KeysChange::kMade;
    });
  });
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
      context.action = [arguments, action](const app::Config& config) {
        return action(*arguments, config);
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
  make->add_option("--name", arguments->name, "What it is for");
  make->add_option("--quota", arguments->rules.events_a_minute,
                   "Events a minute that it is good for; over them 429");
  make->add_option("--origin", arguments->rules.origins,
                   "Pages that may send under it: https://shop.example, https://*.example.com");
  make->add_option("--address", arguments->rules.addresses,
                   "Networks that may send under it: 203.0.113.0/24");
  CLI::App* all = add_action("list", "List keys, without their secrets", list);
  all->add_flag("--json", arguments->is_json, "A JSON array");
  CLI::App* turn = add_action("rotate", "Make a key in place of another, which ends later", rotate);
  turn->add_option("ID", arguments->id, "The old key's id, as list shows it")->required();
  turn->add_option("--overlap", arguments->overlap_hours,
                   "Hours until the old one ends (default: 24); 0 revokes it now");
  turn->add_flag("--json", arguments->is_json, "One JSON object");
  add_action("revoke", "End a key for good", revoke)
      ->add_option("ID", arguments->id, "The key's id, as list shows it")
      ->required();
}

}  // namespace penstock::cli
