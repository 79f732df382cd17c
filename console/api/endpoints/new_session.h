// What the ways of signing in have in common: the brake on guessing, and the answer that begins a
// session.
#pragma once

#include <cstdint>
#include <string_view>

#include "console/api/request/call.h"

namespace penstock::console {

// Of the answers below.
inline constexpr const char* kSessionSchema = R"({"title":"Session","type":"object","properties":{
  "csrf_token":{"type":"string","description":"For X-CSRF-Token of every changing request"},
  "expires_at":{"type":"integer","description":"Unix milliseconds"},
  "user":{"type":"object","properties":{"email":{"type":"string"},
    "role":{"$ref":"#/components/schemas/RoleEverywhere"},
    "projects":{"$ref":"#/components/schemas/Limits"},
    "must_change_password":{"type":"boolean"}}}}})";

// Lends `email`, the call's texts with it.
SignInTry try_of(std::string_view email, const Call& call, const Services& services);

// 429, with the seconds to wait.
http::Response too_many_tries(std::int64_t wait_s);

// Lends the call's texts.
SignIn sign_in_of(const Call& call, const Services& services);

http::Response session_answer(const Session& session);

// With the cookie of session and device.
http::Response new_session_answer(const Session& session, const Call& call,
                                  const Services& services);

// The device's own cookie, which outlives the session.
void keep_device(http::Response& response, const Call& call, const Services& services);

}  // namespace penstock::console
