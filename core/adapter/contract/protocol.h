// A protocol as the intake sees it: where its requests come in, how they are read, and the words in
// which it is answered. core/adapter/table.cc is the list of all; routing, metrics, CORS, OPTIONS,
// 405, HEAD, switches in the configuration and the contract's test are made from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "adapter/contract/hooks.h"
#include "adapter/contract/large_body.h"
#include "adapter/contract/mapping.h"
#include "base/function_ref.h"
#include "http/message.h"

namespace penstock::adapter {

struct Route {
  // kGet answers HEAD too, without making an event. kOptions has no events: where its own_answer is
  // empty, the request is answered as a preflight.
  http::Method method;
  // As http::Router has it, without a slash at its end. It is found with one too, and behind
  // "/PROTOCOL".
  std::string_view pattern;
  // Headers that a page of another origin may send besides kCorsHeaders: "X-Sentry-Auth".
  std::string_view cors_headers = {};
  std::size_t body_bytes_max = 0;  // As sent. 0: ingest.max_body_bytes alone.
  // False: what clients ask before or beside their events (a configuration, a handshake). read()
  // answers it by own_answer, whatever the key.
  bool has_events = true;
  // Of a body of that type. nullptr: it is refused.
  LargeBody (*large_body)(std::string_view content_type) = nullptr;
};

// What a page may send to every route: a key, and what a body needs.
inline constexpr std::string_view kCorsHeaders =
    "Authorization, Content-Type, Content-Encoding, X-Penstock-Key";

// A request on its way into an adapter. Views, for the call.
struct Asked {
  const http::Request& request;
  std::string_view body;          // Content-Encoding undone; kReadablePadding bytes behind it.
  std::string_view content_type;  // The header's.
  std::size_t route = 0;          // Of the protocol's.
};

struct Context {
  const Origin& origin;
  Workspace& workspace;
  RecordSink& sink;
  // For a key that stands in the body: sets what the origin says of its project, for the events
  // behind it, as often as it is asked. False:
  // the key is refused, and the outcome is refusal(401, …), in words that the intake chooses.
  FunctionRef<bool(std::string_view key)> open_project;
  Hooks* hooks = nullptr;  // Nullptr: none is configured.
};

// Header lines, an empty line and the body, as Responder::respond_raw() takes them. What every
// answer has (CORS) is added by the intake.
struct Answer {
  std::uint16_t status = 200;
  std::string_view text;
};

// A refusal that says again what its request said.
struct Refused {
  std::uint16_t status;
  std::string_view error;  // These two as Protocol::refusal() has them.
  std::string_view detail;
  std::string_view echo;  // What Protocol::echo() found.
  std::int64_t at_ms;
};

enum class KeyPlace : std::uint8_t {
  kRequest,  // Authorization: Bearer, X-Penstock-Key, ?key=, or where own_key() finds one.
  kBody,     // Besides these in the body, where read() finds it.
};

// What docs/protocols.md and the console's page of sources tell of it. Markdown of one paragraph.
struct Guide {
  std::string_view title;          // "Segment and RudderStack"
  std::string_view clients;        // Packages with the versions that were run against it.
  std::string_view setting;        // What to change in each of them. ORIGIN is this server's,
                                   // HOST its host with the port that a URL has, HOSTNAME and
                                   // PORT the two apart.
  std::string_view left_out = {};  // What is not supported, and what a client sees then.
  Rules rules = {};                // What goes where.
};

struct Protocol {
  std::string_view name;  // The records' source, the metrics' label, the key in [protocols].
  std::span<const Route> routes;
  KeyPlace key_place = KeyPlace::kRequest;
  // The key in a place of the protocol's own; "" for none. The view is into the request or
  // `scratch`.
  std::string_view (*own_key)(const http::Request& request, std::string& scratch) = nullptr;
  // Reads the request's events into the sink. Pure but for context's own.
  ReadOutcome (*read)(const Asked& asked, const Context& context) = nullptr;
  // Once `accepted` events are durable. `scratch` may hold the text.
  Answer (*success)(std::uint32_t accepted, std::string& scratch) = nullptr;
  // The same of a body that was read in pieces, of which so many events were passed over. nullptr:
  // success() says it.
  Answer (*partial_success)(std::uint32_t accepted, std::uint64_t rejected,
                            std::string& scratch) = nullptr;
  // Where nothing was taken: a fault of the request's (4xx), or 503.
  http::Response (*refusal)(std::uint16_t status, std::string_view error,
                            std::string_view detail) = http::error_response;
  // Where the words of a refusal go by the request, such as its id or how it is encoded: what they
  // go by, and the words in place of refusal(). Both or none.
  std::string_view (*echo)(const http::Request& request) = nullptr;
  http::Response (*echoing_refusal)(const Refused& refused) = nullptr;
  bool is_enabled_by_default = true;
  // Its requests come from who passes on what others did: neither their address nor their user
  // agent is a visitor's.
  bool is_relayed = false;
  Guide guide = {};
};

inline std::string_view echo_of(const Protocol& protocol, const http::Request& request) {
  return protocol.echo == nullptr ? std::string_view() : protocol.echo(request);
}

inline http::Response refusal_of(const Protocol& protocol, const Refused& refused) {
  return protocol.echoing_refusal != nullptr
             ? protocol.echoing_refusal(refused)
             : protocol.refusal(refused.status, refused.error, refused.detail);
}

}  // namespace penstock::adapter
