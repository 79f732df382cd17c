// What every answer of the intake has, whatever the protocol, and the answers of its own: parts of
// what Responder::respond_raw() wants, header lines and body.
//
// Pages of every origin may read them, also those that were asked with credentials (CORS), and may
// embed them (Cross-Origin-Resource-Policy).
#pragma once

#include <string>
#include <string_view>

#include "adapter/route_table.h"
#include "http/message.h"

namespace penstock::intake {

// The header lines that open an answer to the page of `origin`, as its request said it; any page
// where it said none. One that is longer than any real origin counts as none.
// Lends fixed text, or what it writes into `scratch`.
std::string_view lines_open_to(std::string_view origin, std::string& scratch);
void open_to(std::string_view origin, http::Response& response);

// The rest of a preflight's answer, good for a day.
void append_preflight(std::string& out, const adapter::RouteTable::Options& options);

}  // namespace penstock::intake
