// The intake's answers, formatted once: what Responder::respond_raw() wants, header lines and body.
// Every one may be read by a script of any page (CORS).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/adapter.h"
#include "http/message.h"

namespace penstock::intake {

std::string_view pixel_answer();      // 200: 43 bytes of transparent GIF, never cached.
std::string_view collected_answer();  // 204
std::string_view preflight_answer();  // 204: what OPTIONS asks, good for a day.
std::string_view refused_answer();    // 503: nowhere durable; come back in a second.

// 202 {"accepted":N}. `scratch` holds it for all N but 1.
std::string_view accepted_answer(std::uint32_t count, std::string& scratch);

// 202 for `body`, as partial_body() makes it.
std::string accepted_answer(std::string_view body);
// {"accepted":N,"rejected":[{"index":I,"error":"…"}]}
std::string partial_body(const adapter::Outcome& outcome);

// GET /p.js: 200 with the script, and 304.
std::string script_answer();
std::string script_unchanged_answer();

// error_response() that a page may read.
http::Response open_error(std::uint16_t status, std::string_view error, std::string_view detail);

}  // namespace penstock::intake
