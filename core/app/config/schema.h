// Every setting in one table: its name, its type, its bounds and where it goes.
//
// The file, the environment and --set turn what they read into a Value and hand it to assign(), so
// a setting means the same and is refused for the same reasons wherever it comes from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/config.h"

namespace penstock::app {

using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// Which member a setting fills; the alternatives stand in the order of Value's.
using Target = std::variant<std::string& (*)(Config&), std::int64_t& (*)(Config&),
                            bool& (*)(Config&), std::vector<std::string>& (*)(Config&)>;

// What is wrong with a text, as the end of a sentence; "" for a good one.
using TextCheck = std::string (*)(const std::string& text);

struct Setting {
  std::string_view section;
  std::string_view key;
  Target target;
  std::int64_t min = 0;  // Integers only.
  std::int64_t max = 0;
  TextCheck check = nullptr;  // Of a text, or of each entry of a list.

  // "ingest.listen".
  std::string name() const;
  // "PENSTOCK_INGEST_LISTEN".
  std::string variable() const;
};

// In the order of the contract's example.
std::span<const Setting> settings();
const Setting* find_setting(std::string_view section, std::string_view key);
bool is_section(std::string_view name);

// Puts `value` where the setting goes. Returns what is wrong with it, "" when nothing is.
std::string assign(const Setting& setting, Value value, Config& config);

// A value from text, as the environment and --set give it: lists are separated by commas. On a
// text that is not of the setting's type, `fault` says so.
Value value_of_text(const Setting& setting, std::string_view text, std::string& fault);

// The setting's present value as TOML writes it.
std::string toml_text(const Setting& setting, const Config& config);

// "unknown key 'ingest.lisen'; did you mean 'ingest.listen'?"
std::string unknown_key(std::string_view name);

}  // namespace penstock::app
