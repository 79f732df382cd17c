// What systemd hands over to a unit (LoadCredential=), in the folder $CREDENTIALS_DIRECTORY.
#pragma once

#include <string>

namespace penstock::files {

// Whether `path` is one of our unit's credentials, but this process may not look: to the first
// command of an ExecReload= systemd 252 says where they are and does not show them.
bool is_credential_out_of_sight(const std::string& path);

}  // namespace penstock::files
