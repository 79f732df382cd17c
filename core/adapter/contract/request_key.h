// A project's key where SDKs put it besides the places that every route knows.
#pragma once

#include <string>
#include <string_view>

#include "adapter/contract/mapping.h"
#include "http/message.h"

namespace penstock::adapter {

// The user of "Authorization: Basic …" (RFC 7617); "" where there is none. The view is into
// `scratch`.
std::string_view basic_user(const http::Request& request, std::string& scratch);

// The same, or the password where that looks like a key or stands alone.
std::string_view basic_key(const http::Request& request, std::string& scratch);

// The decoded value of the query's first `name`; "" where there is none. The view is into
// `scratch`.
std::string_view query_value(const http::Request& request, std::string_view name,
                             std::string& scratch);

// Where clients have no key they name their site, and that may be one: takes the text at a rule's
// path for the project's key where it looks like one, and keeps it no more.
void take_key_of_site(Item& item, std::string_view path);

}  // namespace penstock::adapter
