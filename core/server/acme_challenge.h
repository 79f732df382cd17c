// What a certificate client puts into a folder for its authority to fetch: RFC 8555, 8.3. Answered
// on plain ports, so that no client has to stop us to listen there itself.
//
// The folder is somebody else's: nothing but a small regular file of a token's name is read, and no
// link is followed.
#pragma once

#include <optional>
#include <string>

#include "http/message.h"

namespace penstock::server {

// Nullopt where the request is about something else, or `folder` is "". Otherwise the file, or 404.
std::optional<http::Response> answer_challenge(const http::Request& request,
                                               const std::string& folder);

}  // namespace penstock::server
