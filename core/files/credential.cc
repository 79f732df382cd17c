#include "files/credential.h"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include "base/text.h"

namespace penstock::files {

namespace {

// Where systemd keeps them for its own manager's units.
constexpr std::string_view kOfAllUnits = "/run/credentials/";

bool is_set(const char* value) { return value != nullptr && *value != '\0'; }

// The folder of `path` that would be our unit's; "" where it is none.
std::string unit_folder_of(const std::string& path) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (is_set(folder)) return path.starts_with(str_cat(folder, "/")) ? folder : "";
  // What is run by a unit, and is not even told where they are.
  if (!is_set(std::getenv("INVOCATION_ID")) || !path.starts_with(kOfAllUnits)) return "";
  return path.substr(0, path.find('/', kOfAllUnits.size()));
}

}  // namespace

bool is_credential_out_of_sight(const std::string& path) {
  const std::string folder = unit_folder_of(path);
  return !folder.empty() && ::access(folder.c_str(), X_OK) != 0;
}

}  // namespace penstock::files
