// Amplitude's HTTP API v2 and its batch upload. Sources: the documents of both; the packages
// @amplitude/analytics-node and @amplitude/analytics-browser.
#pragma once

#include <string_view>

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kAmplitudeProtocol;

// A request of Amplitude's, at whichever route it came in. Its answer stands in the outcome.
ReadOutcome read_amplitude(std::string_view body, const Context& context);

// What its libraries read of a refusal: `code` counts, not the status.
http::Response refuse_amplitude(std::uint16_t status, std::string_view error,
                                std::string_view detail);

}  // namespace penstock::adapter
