// An event as the queue carries it.
//
// A record is views: over a request's body in the intake, over a queue message in the worker. It
// owns nothing, so it is made and dropped without allocating, and lives no longer than those bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/id.h"

namespace penstock::event {

struct Record {
  Id id;
  std::int64_t received_at_ms = 0;
  std::int64_t occurred_at_ms = 0;
  std::string_view project;
  std::string_view source;  // Which protocol: "events", "pixel", "collect", …
  std::string_view kind;    // One of kKinds (kind.h); never empty in a queue or a store.
  std::string_view name;
  std::string_view url;
  std::string_view referrer;
  std::string_view ip;
  std::string_view user_agent;
  std::string_view user_id;
  std::string_view anonymous_id;
  std::string_view session_id;
  std::string_view properties;  // A JSON object's text; empty means {}.
};

}  // namespace penstock::event
