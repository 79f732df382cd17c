#include "adapter/adapter.h"
#include "adapter/body_format.h"
#include "adapter/completion.h"
#include "adapter/events_reader.h"

namespace penstock::adapter {

Outcome read_events(std::string_view body, std::string_view content_type, bool partial,
                    const Origin& origin, Workspace& workspace, RecordSink& sink) {
  BodyFormat format = body_format_of(content_type, body);
  if (format == BodyFormat::kEmpty) return refusal(400, "empty_body", "the body holds no event");
  // Text that is no form by its type is meant to be JSON: say where it is not.
  if (format == BodyFormat::kForm && !is_form_type(content_type)) format = BodyFormat::kDocument;
  EventsReader reader("events", partial, nullptr, origin, workspace, sink);
  if (format == BodyFormat::kDocument) return reader.read_document(body);
  if (format == BodyFormat::kLines) return reader.read_lines(body);
  return refusal(415, "unsupported_type", "send application/json or application/x-ndjson");
}

}  // namespace penstock::adapter
