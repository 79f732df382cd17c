// Penstock's own protocols: JSON events, the pixel, and forms.
#pragma once

#include <string_view>

#include "adapter/contract/protocol.h"

namespace penstock::adapter {

extern const Protocol kEventsProtocol;
extern const Protocol kPixelProtocol;
extern const Protocol kCollectProtocol;

// POST /v1/events. `content_type` decides between JSON (one event or an array; also text/plain and
// none) and NDJSON. Requires kReadablePadding bytes behind `body`. `partial`: ?partial=1.
//
// 202, also for an empty array. 400 "empty_body" or "invalid_json", whose detail says at which byte
// or line. 413 "event_too_large" or "request_too_large". 415 "unsupported_type". 422
// "invalid_event", whose detail names the event's index and what is wrong with it. With `partial`,
// events that break a rule or the sink refuses, and lines that are no JSON, are listed instead.
ReadOutcome read_events(std::string_view body, std::string_view content_type, bool partial,
                        const Origin& origin, Workspace& workspace, RecordSink& sink);

// GET /v1/pixel.gif: one event as "name=…&url=…". Members that are no known field become string
// properties; "key" is left out. Where no url is given, the Referer header is the page's.
//
// 200. 413 and 422 as for read_events.
ReadOutcome read_pixel(std::string_view query, const Origin& origin, Workspace& workspace,
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
ReadOutcome read_collect(const CollectRequest& request, const Origin& origin, Workspace& workspace,
                         RecordSink& sink);

}  // namespace penstock::adapter
