// One request to the JSON API, what an endpoint may use to answer it, and the table's row that
// leads from one to the other.
//
// The path of a request: ConsoleHandler (loop) checks the host; Dispatcher (loop) finds the route,
// checks the origin and copies what the endpoint needs into a Call; a thread of its lane finds the
// session, checks role and CSRF token, and runs the endpoint with a Services of its own; the loop
// sends the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "console/api/auth/accounts.h"
#include "console/api/auth/session_cookie.h"
#include "console/api/request/answer_parts.h"
#include "console/api/request/services.h"
#include "http/message.h"

namespace penstock::console {

class LiveFeed;

// A request, owned, so that it outlives its connection's buffer.
struct Call {
  http::Method method = http::Method::kGet;
  std::string segment;  // What the route's {} took, percent-decoded.
  std::string query;
  std::string body;   // kReadablePadding bytes of capacity behind it.
  std::string token;  // The session cookie's, "" without one.
  // An API token, which counts in place of the cookie: Authorization's. Nullopt without one.
  std::optional<std::string> bearer;
  std::string token_name;   // Of the API token that calls, "" for a session.
  std::string csrf;         // X-CSRF-Token.
  std::string known;        // If-None-Match, a list.
  bool takes_gzip = false;  // By Accept-Encoding.
  std::string device;       // The device cookie's, "" without one or where it is not genuine.
  std::string client;  // Address text; of IPv6 the network alone, which is one client's to choose.

  std::string browser;  // "Firefox on Linux"; "" where it is unknown.

  CookieScope cookies;  // Secure: it came by https, to us or to a proxy before us.
  bool is_tls = false;  // To us.

  store::QueryDeadline deadline;  // Of questions to the store.
  // Lanes kExports and kStreams: an endpoint that has begun it answers by it, and its Response is
  // not sent. Of an export, an empty one says that all was written; one with a status over 399 cuts
  // the answer off.
  AnswerParts* parts = nullptr;
  LiveFeed* feed = nullptr;  // Lane kStreams: takes over the answer that the endpoint has begun.
  std::optional<Session> session;  // Filled in before the endpoint runs, except for kAnyone.
};

using Endpoint = http::Response (*)(Call& call, Services& services);

// Who may use a route. From kViewer on, a password that must be changed stands in the way, and an
// API token does in place of a session.
enum class Access : std::uint8_t { kAnyone, kSignedIn, kViewer, kEditor, kAdmin };

// Which role counts, of a user whose rights are of some projects only. Who has one role everywhere
// is asked for that alone.
enum class Scope : std::uint8_t {
  kEverything,  // What is of no project, or of all of them: he may not.
  kProject,     // His role in the project that the query has to name.
  kItem,        // His highest role; the endpoint asks for that in the item's project: may().
  kOwn,         // His highest role; the endpoint gives each what is his.
};

// Which threads run an endpoint. None waits behind another's.
enum class Lane : std::uint8_t {
  kQuick,     // Sessions and what else takes no time.
  kPassword,  // Makes password hashes: 64 MiB and tens of milliseconds of a core each.
  // The same for browsers that have signed in before: strangers who guess do not fill their line.
  kKnownDevice,
  kQuestions,  // To the store: seconds, where a range is large.
  kQueue,      // May wait for Redis.
  kExports,    // As long as the client takes; questions without a deadline.
  kStreams,    // Answers that do not end by themselves: a moment of the lane, then the feed's.
};
inline constexpr std::size_t kLanes = 7;

struct Parameter {
  const char* name;
  const char* schema;  // JSON text; nullptr: one of the dimensions.
  const char* text;
  bool is_required = false;
};

// One row of the table, written with designated initialisers beside its endpoint.
struct Route {
  http::Method method;
  std::string_view path;  // "{}" takes one segment.
  Access access;
  Endpoint endpoint;
  Lane lane = Lane::kQuick;
  bool needs_session = false;  // An API token does not open it, whatever its role.
  Scope scope = Scope::kEverything;

  // For openapi.json.
  const char* summary;
  // Takes project, a value of each dimension, conditions, and, but for streams, from and to.
  bool is_filtered = false;
  std::span<const Parameter> parameters = {};
  const char* body_schema = nullptr;    // JSON text; nullptr: no body.
  const char* answer_schema = nullptr;  // Of the 200 answer; nullptr: 204 without content.
  const char* answer_type = "application/json";

  constexpr bool needs_body() const { return body_schema != nullptr; }
  constexpr bool takes_token() const { return access >= Access::kViewer && !needs_session; }
  constexpr bool is_changing() const { return method != http::Method::kGet; }
};

}  // namespace penstock::console
