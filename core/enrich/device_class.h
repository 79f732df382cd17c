// What kind of device a user agent runs on, by the words in it.
//
// uap-core's device rules name tens of thousands of models; charts need five classes.
#pragma once

#include <string_view>

namespace penstock::enrich {

// "mobile", "tablet", "tv", "desktop", or "" where nothing tells. `user_agent` in lower case.
std::string_view device_class(std::string_view user_agent);

}  // namespace penstock::enrich
