// Names of crawlers, as regular expressions: npm's crawler-user-agents, part of the program.
#pragma once

#include <span>
#include <string_view>

namespace penstock::enrich {

std::span<const std::string_view> crawler_patterns();

}  // namespace penstock::enrich
