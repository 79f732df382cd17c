#include "app/hook_secrets.h"

#include <cstring>
#include <optional>
#include <utility>

#include "app/config/hook_settings.h"
#include "app/process/run_file.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "files/credential.h"
#include "files/whole_file.h"

namespace penstock::app {
namespace {

constexpr std::size_t kFileBytesMax = 4'096;

// Editors end a file with a line end that belongs to no secret.
std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

struct Secret {
  std::string bytes;
  std::string fault;  // "" for a good one.
};

Secret secret_text(const HookConfig& hook) {
  if (hook.secret_file.empty()) return {hook.secret, ""};
  auto text = files::read_whole_file(hook.secret_file, kFileBytesMax);
  if (!text) {
    const auto number = static_cast<int>(text.error().native);
    return {"", str_cat("cannot be read: ", std::strerror(number))};
  }
  std::string secret = without_line_end(*std::move(text));
  if (secret.empty()) return {"", "is empty"};
  return {std::move(secret), ""};
}

// Svix gives "whsec_" and base64 of the bytes that it signs with; the others sign with the text.
Secret secret_of(const HookConfig& hook) {
  constexpr std::string_view kPrefix = "whsec_";
  Secret secret = secret_text(hook);
  if (!secret.fault.empty() || hook.scheme != "svix") return secret;
  std::string_view text = trim(secret.bytes);
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  std::string bytes;
  if (text.empty() || !crypto::decode_base64(text, bytes)) {
    return {"", "holds no secret of this scheme, which is whsec_ and base64"};
  }
  return {std::move(bytes), ""};
}

}  // namespace

std::vector<adapter::Hook> read_hooks(const Config& config, std::vector<Contradiction>& faults) {
  std::vector<adapter::Hook> hooks;
  for (const auto& [name, hook] : config.hooks) {
    const auto scheme = adapter::hook_scheme_named(hook.scheme);
    if (!scheme || hook.secret.empty() == hook.secret_file.empty()) continue;  // Told elsewhere.
    Secret secret = secret_of(hook);
    if (!secret.fault.empty()) {
      const HookKey key{name, hook.secret_file.empty() ? "secret" : "secret_file"};
      faults.push_back({key.name(), str_cat(key.name(), " ", secret.fault)});
      continue;
    }
    hooks.push_back({name, *scheme, std::move(secret.bytes), hook.project});
  }
  return hooks;
}

void check_hook_secrets(std::string_view program, LoadedConfig& loaded) {
  if (!program.empty() && program != kIngestProgram) return;
  std::vector<Contradiction> faults;
  static_cast<void>(read_hooks(loaded.config, faults));
  for (Contradiction& fault : faults) {
    const auto key = hook_key_of_name(fault.setting);
    const HookConfig& hook = loaded.config.hooks.at(key->hook);
    if (files::is_credential_out_of_sight(hook.secret_file)) continue;
    loaded.faults.push_back({place_of(loaded, fault.setting), std::move(fault.what)});
  }
}

}  // namespace penstock::app
