// Reads the five sources in order of rising precedence, each over what the ones before it set.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <toml++/toml.h>

#include "app/config/clashes.h"
#include "app/config/config.h"
#include "app/config/contradictions.h"
#include "app/config/error_settings.h"
#include "app/config/hook_settings.h"
#include "app/config/schema.h"
#include "base/text.h"

namespace penstock::app {
namespace {

// A configuration is a few kilobytes; a larger file is another kind of file.
constexpr std::uintmax_t kFileBytesMax = 1'048'576;
constexpr std::string_view kVariablePrefix = "PENSTOCK_";

class Loader {
 public:
  void read_file(const std::string& path, bool is_required);
  void read_folder_beside(const std::string& path);
  void read_environment(const char* const* environment);
  void read_set(const std::string& set);
  LoadedConfig finish();

 private:
  void read_table(const std::string& path, const toml::table& root);
  void read_section(const std::string& path, std::string_view section, const toml::table& table);
  void read_hooks(const std::string& path, const toml::table& hooks);
  void read_error_projects(const std::string& path, const toml::table& projects);
  void set_error_project(const std::string& where, std::string_view project, const Value& value);
  void set_hook(const std::string& where, const HookKey& key, Value value);
  bool note_hook(const std::string& where, const std::string& hook);
  void read_variable(std::string_view name, std::string_view text);
  void read_text(const std::string& where, const Setting& setting, std::string_view text);
  void set(const std::string& where, const Setting& setting, Value value);
  void report(const std::string& where, std::string what);
  void report_contradictions();
  std::string place_of_clash(const Clash& clash) const;

  LoadedConfig loaded_;
};

std::string place(const std::string& path, const toml::source_region& source) {
  return str_cat(path, ":", source.begin.line);
}

struct Entry {
  const toml::key* key;
  const toml::node* node;
};

// A table keeps its keys by name; people read faults by line.
std::vector<Entry> in_order_of_lines(const toml::table& table) {
  std::vector<Entry> entries;
  for (const auto& [key, node] : table) entries.push_back({&key, &node});
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.key->source().begin < b.key->source().begin;
  });
  return entries;
}

// Nullopt for what no setting can be: a float, a date, a table, a list of anything but texts.
std::optional<Value> value_of_node(const toml::node& node) {
  if (const auto* text = node.as_string()) return Value(text->get());
  if (const auto* number = node.as_integer()) return Value(number->get());
  if (const auto* truth = node.as_boolean()) return Value(truth->get());
  const toml::array* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> list;
  for (const toml::node& element : *array) {
    if (!element.is_string()) return std::nullopt;
    list.push_back(element.as_string()->get());
  }
  return Value(std::move(list));
}

void Loader::report(const std::string& where, std::string what) {
  loaded_.faults.push_back({where, std::move(what)});
}

void Loader::set(const std::string& where, const Setting& setting, Value value) {
  std::string fault = assign(setting, std::move(value), loaded_.config);
  if (!fault.empty()) return report(where, std::move(fault));
  loaded_.set_at[setting.name()] = where;
}

void Loader::read_file(const std::string& path, bool is_required) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found && !is_required) return;
  if (!std::filesystem::exists(status)) {
    return report(path, str_cat("cannot be read: ", error.message()));
  }
  if (std::filesystem::is_directory(status)) return report(path, "is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) return report(path, str_cat("cannot be read: ", std::strerror(errno)));
  std::string text(kFileBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kFileBytesMax) return report(path, "is larger than 1 MiB");

  // The packaged library throws; nothing else here does.
  try {
    read_table(path, toml::parse(text, std::string_view(path)));
  } catch (const toml::parse_error& parse_error) {
    report(place(path, parse_error.source()), std::string(parse_error.description()));
  }
}

void Loader::read_table(const std::string& path, const toml::table& root) {
  for (const Entry& entry : in_order_of_lines(root)) {
    const std::string_view name = entry.key->str();
    const std::string where = place(path, entry.key->source());
    if (name == kHooksSection && entry.node->is_table()) {
      read_hooks(path, *entry.node->as_table());
    } else if (!is_section(name) && name != kHooksSection) {
      report(where, unknown_key(name));
    } else if (const toml::table* table = entry.node->as_table()) {
      read_section(path, name, *table);
    } else {
      report(where, str_cat("'", name, "' is a section; write [", name, "]"));
    }
  }
}

void Loader::read_section(const std::string& path, std::string_view section,
                          const toml::table& table) {
  for (const Entry& entry : in_order_of_lines(table)) {
    const std::string where = place(path, entry.key->source());
    if (section == kErrorsSection && entry.key->str() == kErrorProjects) {
      const toml::table* projects = entry.node->as_table();
      projects == nullptr ? report(where, "errors.projects is a table; write [errors.projects]")
                          : read_error_projects(path, *projects);
      continue;
    }
    const Setting* setting = find_setting(section, entry.key->str());
    if (setting == nullptr) {
      report(where, unknown_key(str_cat(section, ".", entry.key->str())));
      continue;
    }
    auto value = value_of_node(*entry.node);
    // A value of no possible type is told like one of the wrong type.
    const bool wants_text = std::holds_alternative<std::string& (*)(Config&)>(setting->target);
    if (!value) value = wants_text ? Value(false) : Value(std::string());
    set(where, *setting, std::move(*value));
  }
}

// Remembers where a hook was first spoken of, and that there is one. False: not by such a name.
bool Loader::note_hook(const std::string& where, const std::string& hook) {
  if (std::string fault = fault_of_hook_name(hook); !fault.empty()) {
    report(where, std::move(fault));
    return false;
  }
  loaded_.config.hooks.try_emplace(hook);
  loaded_.set_at.try_emplace(HookKey{hook, {}}.table(), where);
  return true;
}

void Loader::set_hook(const std::string& where, const HookKey& key, Value value) {
  if (!note_hook(where, key.hook)) return;
  std::string fault = assign_hook(key, std::move(value), loaded_.config);
  if (!fault.empty()) return report(where, std::move(fault));
  loaded_.set_at[key.name()] = where;
}

void Loader::read_hooks(const std::string& path, const toml::table& hooks) {
  for (const Entry& hook : in_order_of_lines(hooks)) {
    const std::string name(hook.key->str());
    const std::string where = place(path, hook.key->source());
    const toml::table* table = hook.node->as_table();
    if (table == nullptr) {
      report(where, str_cat("a hook is a table; write [hooks.NAME]"));
      continue;
    }
    if (!note_hook(where, name)) continue;
    for (const Entry& entry : in_order_of_lines(*table)) {
      auto value = value_of_node(*entry.node);
      set_hook(place(path, entry.key->source()), {name, std::string(entry.key->str())},
               value ? std::move(*value) : Value(false));
    }
  }
}

void Loader::set_error_project(const std::string& where, std::string_view project,
                               const Value& value) {
  std::string fault = assign_error_project(project, value, loaded_.config);
  if (!fault.empty()) return report(where, std::move(fault));
  loaded_.set_at[error_project_name(project)] = where;
}

void Loader::read_error_projects(const std::string& path, const toml::table& projects) {
  for (const Entry& project : in_order_of_lines(projects)) {
    auto value = value_of_node(*project.node);
    set_error_project(place(path, project.key->source()), project.key->str(),
                      value ? std::move(*value) : Value(false));
  }
}

// A hidden file is an editor's, as ".#x.toml" and ".x.toml.swp" are; its backups "x.toml~" and
// "#x.toml#" and a package manager's "x.toml.dpkg-old" end in something else.
bool is_settings_name(std::string_view name) {
  return name.ends_with(".toml") && !name.starts_with('.') && !name.starts_with('#');
}

void Loader::read_folder_beside(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path() / "conf.d";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (is_settings_name(it->path().filename().string())) files.push_back(it->path().string());
  }
  if (error) return report(folder.string(), str_cat("cannot be read: ", error.message()));
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) read_file(file, true);
}

// Kubernetes and Docker put variables like PENSTOCK_CONSOLE_SERVICE_HOST and
// PENSTOCK_CONSOLE_PORT_8081_TCP beside a service of the name penstock-console. No key of ours
// begins so.
bool is_service_link(std::string_view key) {
  return key == "port" || key.substr(0, 5) == "port_" || key == "service_host" ||
         key.substr(0, 12) == "service_port";
}

void Loader::read_environment(const char* const* environment) {
  if (environment == nullptr) return;
  std::vector<std::string_view> entries;
  for (; *environment != nullptr; ++environment) entries.emplace_back(*environment);
  std::sort(entries.begin(), entries.end());
  for (const std::string_view entry : entries) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    if (entry.substr(0, kVariablePrefix.size()) != kVariablePrefix) continue;
    read_variable(entry.substr(0, equals), entry.substr(equals + 1));
  }
}

void Loader::read_variable(std::string_view name, std::string_view text) {
  const std::string lower = to_lower(name.substr(kVariablePrefix.size()));
  const std::size_t underscore = lower.find('_');
  if (underscore == std::string::npos) return;
  const std::string section = lower.substr(0, underscore);
  const std::string key = lower.substr(underscore + 1);
  if (section == kHooksSection && !is_service_link(key)) {
    const auto hook_key = hook_key_of_variable(key);
    if (!hook_key) return report(std::string(name), unknown_key(str_cat(section, ".", key)));
    return set_hook(std::string(name), *hook_key, Value(std::string(text)));
  }
  if (!is_section(section) || is_service_link(key)) return;
  if (const auto project = error_project_of_variable(key); section == kErrorsSection && project) {
    return set_error_project(std::string(name), *project, error_rules_of_text(text));
  }
  const Setting* setting = find_setting(section, key);
  if (setting == nullptr) {
    return report(std::string(name), unknown_key(str_cat(section, ".", key)));
  }
  read_text(std::string(name), *setting, text);
}

void Loader::read_set(const std::string& set) {
  const std::size_t equals = set.find('=');
  const std::string name(trim(std::string_view(set).substr(0, equals)));
  if (const auto hook_key = hook_key_of_name(name); hook_key && equals != std::string::npos) {
    return set_hook("--set", *hook_key, Value(set.substr(equals + 1)));
  }
  if (const auto project = error_project_of_name(name); project && equals != std::string::npos) {
    return set_error_project("--set", *project, error_rules_of_text(set.substr(equals + 1)));
  }
  const std::size_t dot = name.find('.');
  const Setting* setting =
      dot == std::string::npos ? nullptr : find_setting(name.substr(0, dot), name.substr(dot + 1));
  if (setting == nullptr) return report("--set", unknown_key(name));
  if (equals == std::string::npos) {
    return report("--set", str_cat(name, " has no value; write ", name, "=VALUE"));
  }
  read_text("--set", *setting, std::string_view(set).substr(equals + 1));
}

void Loader::read_text(const std::string& where, const Setting& setting, std::string_view text) {
  std::string fault;
  Value value = value_of_text(setting, text, fault);
  if (!fault.empty()) return report(where, std::move(fault));
  set(where, setting, std::move(value));
}

// Of the setting that somebody has set, which another's default may be in the way of.
std::string Loader::place_of_clash(const Clash& clash) const {
  const bool is_set = loaded_.set_at.contains(clash.setting->name());
  return place_of(loaded_, (is_set ? clash.setting : clash.other)->name());
}

// What is wrong between settings each of which is well by itself.
void Loader::report_contradictions() {
  for (const Contradiction& found : contradictions(loaded_.config)) {
    report(place_of(loaded_, found.setting), found.what);
  }
  for (Clash& clash : address_clashes(loaded_.config, Between::kOneProgramsOwn)) {
    report(place_of_clash(clash), std::move(clash.what));
  }
}

LoadedConfig Loader::finish() {
  report_contradictions();
  for (Clash& clash : address_clashes(loaded_.config, Between::kPrograms)) {
    loaded_.faults_on_one_machine.push_back({place_of_clash(clash), std::move(clash.what)});
  }
  return std::move(loaded_);
}

}  // namespace

std::string place_of(const LoadedConfig& loaded, std::string_view setting) {
  const auto at = loaded.set_at.find(setting);
  return at == loaded.set_at.end() ? std::string(setting) : at->second;
}

LoadedConfig load_config(const ConfigSources& sources) {
  Loader loader;
  if (!sources.file.empty()) {
    loader.read_file(sources.file, sources.is_file_required);
    loader.read_folder_beside(sources.file);
  }
  loader.read_environment(sources.environment);
  for (const std::string& set : sources.sets) loader.read_set(set);
  return loader.finish();
}

}  // namespace penstock::app
