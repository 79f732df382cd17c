// Where a visit came from: the referrer's host, unless it is the site itself.
#pragma once

#include <string_view>

#include "enrich/text_arena.h"

namespace penstock::enrich {

// Without "www.", which would make two sources of one. "" where there is no referrer or it is
// `own_host` itself, with or without that. Both texts and the arena outlive the result.
std::string_view referrer_host(std::string_view referrer, std::string_view own_host,
                               TextArena& arena);

}  // namespace penstock::enrich
