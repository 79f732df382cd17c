// Whether a request was signed with a hook's secret. Sources: docs.github.com "Validating webhook
// deliveries"; docs.stripe.com/webhooks "Verify manually"; api.slack.com/authentication
// /verifying-requests-from-slack; docs.svix.com and standardwebhooks.com "Verifying".
#pragma once

#include <cstdint>
#include <string_view>

#include "adapter/contract/hooks.h"
#include "http/message.h"

namespace penstock::adapter {

// What a signature that says its time may differ from ours by, in either direction: an older one
// may have been recorded. GitHub's and Vercel's say none.
inline constexpr std::int64_t kSignatureAgeMaxMs = 300'000;

// "" where a signature of the body as it was sent is good; else what is wrong, a literal.
std::string_view fault_of_signature(const Hook& hook, const http::Request& request,
                                    std::int64_t now_ms);

}  // namespace penstock::adapter
