// Where Debian's package uap-core puts its rules for user agents.
#pragma once

namespace penstock::enrich {

inline constexpr const char* kUserAgentRules = "/usr/share/uap-core/regexes.yaml";

}  // namespace penstock::enrich
