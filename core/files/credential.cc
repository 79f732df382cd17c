#include "files/credential.h"

#include <cstdlib>

#include <unistd.h>

#include "base/text.h"

namespace penstock::files {

bool is_credential_out_of_sight(const std::string& path) {
  const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return false;
  return path.starts_with(str_cat(folder, "/")) && ::access(folder, X_OK) != 0;
}

}  // namespace penstock::files
