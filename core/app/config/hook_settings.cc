#include "app/config/hook_settings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/config/checks.h"
#include "base/text.h"

namespace penstock::app {
namespace {

constexpr std::string_view kSchemes = R"("github", "stripe", "slack", "svix" or "vercel")";
constexpr std::size_t kSecretBytesMax = 1'024;

std::string check_scheme(const std::string& text) {
  return adapter::hook_scheme_named(text) ? "" : str_cat("must be ", kSchemes);
}

// Says nothing of the text.
std::string check_secret(const std::string& text) {
  if (text.empty()) return "must not be empty";
  return text.size() <= kSecretBytesMax ? "" : "is longer than 1024 bytes";
}

struct HookSetting {
  std::string_view key;
  std::string HookConfig::*member;
  TextCheck check;
};
constexpr HookSetting kHookSettings[] = {
    {"scheme", &HookConfig::scheme, check_scheme},
    {"secret", &HookConfig::secret, check_secret},
    {"secret_file", &HookConfig::secret_file, check_path},
    {"project", &HookConfig::project, check_project},
};

std::string printable(std::string_view text) {
  constexpr std::size_t kShownMax = 64;
  std::string out(utf8_prefix(text, kShownMax));
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return out;
}

}  // namespace

std::string HookKey::table() const { return str_cat(kHooksSection, ".", hook); }

std::string HookKey::name() const { return str_cat(table(), ".", key); }

std::optional<HookKey> hook_key_of_name(std::string_view name) {
  const std::size_t first = name.find('.');
  const std::size_t second = first == std::string_view::npos ? first : name.find('.', first + 1);
  if (second == std::string_view::npos || name.substr(0, first) != kHooksSection) {
    return std::nullopt;
  }
  return HookKey{std::string(name.substr(first + 1, second - first - 1)),
                 std::string(name.substr(second + 1))};
}

std::optional<HookKey> hook_key_of_variable(std::string_view rest) {
  const HookSetting* found = nullptr;
  for (const HookSetting& setting : kHookSettings) {
    const std::string end = str_cat("_", setting.key);
    if (rest.size() > end.size() && rest.ends_with(end)) found = &setting;
  }
  if (found == nullptr) return std::nullopt;
  return HookKey{std::string(rest.substr(0, rest.size() - found->key.size() - 1)),
                 std::string(found->key)};
}

std::string fault_of_hook_name(std::string_view hook) {
  if (adapter::is_hook_name(hook)) return "";
  return str_cat("'", printable(hook),
                 "' is no name of a hook: 1 to 64 letters, digits, - and _ are");
}

std::string assign_hook(const HookKey& key, Value value, Config& config) {
  const auto* const found =
      std::find_if(std::begin(kHookSettings), std::end(kHookSettings),
                   [&](const HookSetting& setting) { return setting.key == key.key; });
  if (found == std::end(kHookSettings)) {
    return str_cat("unknown key '", printable(key.name()),
                   "'; a hook has scheme, secret, secret_file and project");
  }
  auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return str_cat(key.name(), " must be a text in quotes");
  const std::string fault = found->check(*text);
  config.hooks[key.hook].*found->member = std::move(*text);
  return fault.empty() ? "" : str_cat(key.name(), " ", fault);
}

std::vector<Contradiction> hook_contradictions(const Config& config) {
  std::vector<Contradiction> found;
  for (const auto& [name, hook] : config.hooks) {
    const std::string table = str_cat(kHooksSection, ".", name);
    if (hook.scheme.empty()) {
      found.push_back({table, str_cat(table, " needs a scheme: ", kSchemes)});
    }
    if (hook.secret.empty() && hook.secret_file.empty()) {
      found.push_back({table, str_cat(table, " needs a secret or a secret_file")});
    }
    if (!hook.secret.empty() && !hook.secret_file.empty()) {
      found.push_back({str_cat(table, ".secret_file"),
                       str_cat(table, " has a secret and a secret_file; take one away")});
    }
  }
  return found;
}

}  // namespace penstock::app
