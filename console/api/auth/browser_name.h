// What a person knows a browser by, out of its User-Agent: "Firefox on Linux". For the list of
// sessions, where it only has to tell one's own apart; events are read by enrich/user_agent.
#pragma once

#include <string>
#include <string_view>

namespace penstock::console {

// "" for what is no browser that many use. Made of constants, never of the header's text.
std::string browser_name(std::string_view user_agent);

}  // namespace penstock::console
