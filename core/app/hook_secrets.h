// The web hooks of [hooks.NAME] as the intake takes them: with secrets from files, undone as their
// scheme writes them.
#pragma once

#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/config/contradictions.h"
#include "intake/intake_settings.h"

namespace penstock::app {

// In the order of their names. One whose secret cannot be used is left out, and told of by the
// setting that gives it. No text shows a secret.
std::vector<adapter::Hook> read_hooks(const Config& config, std::vector<Contradiction>& faults);

// For --check, a start and a reload of the intake ("" for the command line): adds what is wrong to
// the faults. Credentials of the unit that are out of sight (files/credential.h) are no fault.
void check_hook_secrets(std::string_view program, LoadedConfig& loaded);

}  // namespace penstock::app
