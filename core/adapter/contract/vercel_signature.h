// How Vercel signs its drains and its web hooks: x-vercel-signature is the HMAC-SHA1 of the body in
// hex, under the drain's or the hook's secret. It says no time. Sources: vercel.com/docs/drains
// /security, vercel.com/docs/webhooks.
#pragma once

#include <initializer_list>
#include <string_view>

#include "http/message.h"

namespace penstock::adapter {

// What is wrong with a signature, as literals.
inline constexpr std::string_view kSignatureMissing = "the request has no signature";
inline constexpr std::string_view kSignatureWrong = "the signature is wrong";

// "" where the signature is that of one of `bodies`: as it was sent, or unpacked.
std::string_view fault_of_vercel_signature(std::string_view secret, const http::Request& request,
                                           std::initializer_list<std::string_view> bodies);

}  // namespace penstock::adapter
