// The settings of [hooks.NAME], a table of which there are as many as people give names to.
//
// All are texts. From the environment (PENSTOCK_HOOKS_NAME_SECRET) NAME comes in small letters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/config/contradictions.h"
#include "app/config/schema.h"

namespace penstock::app {

inline constexpr std::string_view kHooksSection = "hooks";

// "scheme" of the hook "github".
struct HookKey {
  std::string hook;
  std::string key;

  // "hooks.github".
  std::string table() const;
  // "hooks.github.scheme".
  std::string name() const;
};

// Of "hooks.NAME.KEY", or of "NAME_KEY" as the environment has it. Nullopt for what has not this
// form; the key may still be unknown.
std::optional<HookKey> hook_key_of_name(std::string_view name);
std::optional<HookKey> hook_key_of_variable(std::string_view rest);

// What is wrong with a hook's name, "" when nothing is.
std::string fault_of_hook_name(std::string_view hook);

// Puts `value` where the setting goes, a faulty text too, so that it is not missed as well. Returns
// what is wrong with it, "" when nothing is. Requires a good name.
std::string assign_hook(const HookKey& key, Value value, Config& config);

// Of hooks each of whose settings is well by itself: what is missing, or said twice.
std::vector<Contradiction> hook_contradictions(const Config& config);

}  // namespace penstock::app
