#include "adapter/adapter.h"
#include "adapter/body_format.h"
#include "adapter/completion.h"
#include "adapter/events_reader.h"
#include "adapter/loose_members.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

using event::TextField;

Outcome add_form_event(std::string_view source, std::uint16_t status, const Origin& origin,
                       Workspace& workspace, RecordSink& sink) {
  event::Draft& draft = workspace.draft;
  LooseMembers& members = workspace.members;
  draft.clear();
  members.put_pairs(draft);
  members.put_headers(draft);
  if (draft.text(TextField::kUrl).empty() && !origin.referrer.empty()) {
    draft.set_text(TextField::kUrl, members.keep(origin.referrer));
  }

  Completion completion(origin, source, workspace, sink);
  switch (completion.add_draft()) {
    case Completion::End::kAdded:
      break;
    case Completion::End::kInvalid:
      return refusal(422, kInvalidEventError, to_text(*draft.fault()));
    case Completion::End::kEventTooLarge:
    case Completion::End::kRequestTooLarge:
      return refusal(413, kEventTooLargeError, "the event is larger than ingest.max_event_bytes");
  }
  Outcome outcome;
  outcome.status = status;
  outcome.accepted = 1;
  return outcome;
}

// The headers' bytes that may become members.
std::size_t bytes_of(std::span<const http::Header> headers) {
  std::size_t bytes = 0;
  for (const http::Header& header : headers) bytes += header.value.size();
  return bytes;
}

}  // namespace

Outcome read_pixel(std::string_view query, const Origin& origin, Workspace& workspace,
                   RecordSink& sink) {
  workspace.members.start(query.size() + origin.referrer.size());
  workspace.members.add_pairs(query);
  return add_form_event("pixel", 200, origin, workspace, sink);
}

Outcome read_collect(const CollectRequest& request, const Origin& origin, Workspace& workspace,
                     RecordSink& sink) {
  constexpr std::string_view kSource = "collect";
  const std::string_view body = without_byte_order_mark(request.body);
  const BodyFormat format = body_format_of(request.content_type, body);
  LooseMembers& members = workspace.members;
  members.start(request.query.size() + body.size() + origin.referrer.size() +
                bytes_of(request.headers));
  members.add_headers(request.headers);
  members.add_pairs(request.query);
  switch (format) {
    case BodyFormat::kEmpty:
      break;
    case BodyFormat::kForm:
      members.add_pairs(body);
      break;
    case BodyFormat::kDocument:
    case BodyFormat::kLines: {
      EventsReader reader(kSource, false, &members, origin, workspace, sink);
      Outcome outcome = format == BodyFormat::kLines ? reader.read_lines(request.body)
                                                     : reader.read_document(request.body);
      if (outcome.status < 400) outcome.status = 204;
      return outcome;
    }
    case BodyFormat::kUnknown:
      return refusal(415, "unsupported_type",
                     "send application/x-www-form-urlencoded, application/json, or no body");
  }
  return add_form_event(kSource, 204, origin, workspace, sink);
}

}  // namespace penstock::adapter
