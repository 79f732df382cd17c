// The keys of both files as the console shows them, and what the intake says of their use.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "console/api/request/services.h"
#include "intake/keys.h"

namespace penstock::console {

struct ListedKey {
  intake::KeyEntry entry;
  bool is_roots = false;  // Made by `penstock key`: it can be ended here, and not changed.
};

struct KeyList {
  std::vector<ListedKey> keys;  // The newest first.
  // Root's file lies where the console may not read it: its keys are not in the list.
  bool is_roots_readable = true;

  const ListedKey* find(std::string_view id) const;
};

// kConfiguration where the console's own file cannot be read.
Result<KeyList> list_keys(const ConsoleSettings& settings);

// The console's file, changed as change_keys() does; its folder is made where it is missing.
Result<void> change_own_keys(const ConsoleSettings& settings,
                             FunctionRef<intake::KeysChange(intake::Keys&)> change);

struct KeyUsage {
  std::int64_t since_ms = 0;  // The intake's start.
  bool requires_key = false;
  struct Use {
    std::uint64_t events = 0;
    std::uint64_t refused = 0;
    std::int64_t last_ms = 0;
  };
  std::map<std::string, Use, std::less<>> by_id;
  struct Unknown {
    std::string prefix;
    std::uint64_t events = 0;
  };
  std::vector<Unknown> unknown;
};

// What the intake's /keys said. Nullopt for anything else.
std::optional<KeyUsage> read_key_usage(std::string body);
// Asks the intake, for kAnswerMs at most. Nullopt where it cannot be asked.
std::optional<KeyUsage> ask_key_usage(const ConsoleSettings& settings);

}  // namespace penstock::console
