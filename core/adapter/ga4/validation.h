// What is wrong with a body of the Measurement Protocol, as Google's validation server says it.
#pragma once

#include <string>
#include <string_view>

#include "json/reader.h"

namespace penstock::adapter {

// {"validationMessages":[{"fieldPath","description","validationCode"}]}; an empty list where all is
// well. Checks presence, names, and the limits of events, parameters and texts. Requires
// kReadablePadding bytes behind `body`.
std::string validation_messages(std::string_view body, json::Reader& reader);

}  // namespace penstock::adapter
