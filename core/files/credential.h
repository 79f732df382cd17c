// What systemd hands over to a unit (LoadCredential=), in the folder $CREDENTIALS_DIRECTORY.
#pragma once

#include <string>

namespace penstock::files {

// Whether `path` is one of our unit's credentials, but this process may not look: systemd does not
// show them to each command of an ExecReload= (252: not to the first one, 257: to none).
bool is_credential_out_of_sight(const std::string& path);

}  // namespace penstock::files
