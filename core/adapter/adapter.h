// From a request to records: one protocol a file, each a function of this shape.
//
// An adapter checks and completes events (id, times, name) and gives each to the sink at once,
// while the views into the request are still good. It never sees a socket or a queue. All events of
// a request are taken or none: after a refusal the caller rolls the sink back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/loose_members.h"
#include "base/random.h"
#include "event/draft.h"
#include "event/id.h"
#include "event/record.h"
#include "http/message.h"
#include "json/reader.h"

namespace penstock::adapter {

// What is known about a request besides its body. Views live for the call.
struct Origin {
  std::string_view project;     // The key's, or "default".
  std::string_view ip;          // The client's, through trusted proxies.
  std::string_view user_agent;  // The request's header.
  std::string_view referrer;    // The request's Referer header.
  bool is_server_side = false;  // The key's events say ip, user_agent and time themselves.
  std::int64_t received_at_ms = 0;
};

class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // Copies what it keeps. False: the record is over ingest.max_event_bytes.
  virtual bool add(const event::Record& record) = 0;
};

struct Rejected {
  std::uint32_t index;  // Of the event within the request, from 0.
  std::string error;    // Says which rule it breaks, and how.
};

// What to answer. status 202/204/200: `accepted` events went to the sink.
struct Outcome {
  std::uint16_t status = 202;
  std::uint32_t accepted = 0;
  std::string_view error;          // A constant, "invalid_json"; empty unless a 4xx.
  std::string detail;              // A sentence that says what and where.
  std::vector<Rejected> rejected;  // Only with partial = true.
};

// Buffers and state that adapters share within one reactor.
struct Workspace {
  explicit Workspace(Random random) : ids(random) {}

  json::Reader reader;
  event::IdMaker ids;
  event::Draft draft;
  std::string user_agent;
  std::string client_ip;
  LooseMembers members;
};

// More rejected events than this in one partial request, and it is refused whole: its answer would
// be larger than what it says.
inline constexpr std::size_t kRejectedMax = 1000;
// Of all records of one request together. A body of many small events is multiplied by what the
// connection adds to each, its user agent above all.
inline constexpr std::size_t kRequestRecordBytesMax = 32 << 20;

// POST /v1/events. `content_type` decides between JSON (one event or an array; also text/plain and
// none) and NDJSON. Requires kReadablePadding bytes behind `body`. `partial`: ?partial=1.
//
// 202, also for an empty array. 400 "empty_body" or "invalid_json", whose detail says at which byte
// or line. 413 "event_too_large" or "request_too_large". 415 "unsupported_type". 422
// "invalid_event", whose detail names the event's index and what is wrong with it. With `partial`,
// events that break a rule or the sink refuses, and lines that are no JSON, are listed instead.
Outcome read_events(std::string_view body, std::string_view content_type, bool partial,
                    const Origin& origin, Workspace& workspace, RecordSink& sink);

// GET /v1/pixel.gif: one event as "name=…&url=…". Members that are no known field become string
// properties; "key" is left out. Where no url is given, the Referer header is the page's.
//
// 200. 413 and 422 as for read_events.
Outcome read_pixel(std::string_view query, const Origin& origin, Workspace& workspace,
                   RecordSink& sink);

// GET and POST /v1/collect: the event of the query, of a form in the body and of X-Penstock-…
// headers (loose_members.h) together; a JSON body's events take what the query and the headers say.
//
// 204. 400, 413 and 422 as for read_events; 415 for a body that is neither a form nor JSON.
struct CollectRequest {
  std::string_view query;
  std::string_view body;  // Requires kReadablePadding bytes behind it.
  std::string_view content_type;
  std::span<const http::Header> headers;
};
Outcome read_collect(const CollectRequest& request, const Origin& origin, Workspace& workspace,
                     RecordSink& sink);

}  // namespace penstock::adapter
