// The settings in effect for people to see: which value, and where it comes from.
#pragma once

#include "app/config/config.h"
#include "console/api/request/shown_settings.h"

namespace penstock::console {

// `running` is what is in effect in this program, `loaded` what its sources say now. Passwords in
// URLs are left out.
ShownSettings::List shown_settings(const app::Config& running, const app::LoadedConfig& loaded);

}  // namespace penstock::console
