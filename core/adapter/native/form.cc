#include "adapter/contract/answers.h"
#include "adapter/contract/body_format.h"
#include "adapter/contract/completion.h"
#include "adapter/contract/loose_members.h"
#include "adapter/native/events_reader.h"
#include "adapter/native/native.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

using event::TextField;

constexpr std::string_view kPixelName = "pixel";
constexpr std::string_view kCollectName = "collect";
constexpr Route kPixelRoutes[] = {{http::Method::kGet, "/v1/pixel.gif"}};
constexpr Route kCollectRoutes[] = {{http::Method::kGet, "/v1/collect"},
                                    {http::Method::kPost, "/v1/collect"}};

Answer image_answer(std::uint32_t, std::string&) { return {200, pixel_answer()}; }

Answer collect_answer(std::uint32_t, std::string&) { return {204, kNoContentAnswer}; }

ReadOutcome pixel_event(const Asked& asked, const Context& context) {
  return read_pixel(asked.request.query, context.origin, context.workspace, context.sink);
}

ReadOutcome collect_events(const Asked& asked, const Context& context) {
  const std::string_view body =
      kCollectRoutes[asked.route].method == http::Method::kPost ? asked.body : std::string_view();
  return read_collect({asked.request.query, body, asked.content_type, asked.request.headers},
                      context.origin, context.workspace, context.sink);
}

ReadOutcome add_form_event(std::string_view source, std::uint16_t status, const Origin& origin,
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
  ReadOutcome outcome;
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

const Protocol kPixelProtocol{
    .name = kPixelName,
    .routes = kPixelRoutes,
    .read = pixel_event,
    .success = image_answer,
    .guide = {.title = "A pixel",
              .clients = "mails, pages without scripts",
              .setting = "`<img src=\"ORIGIN/v1/pixel.gif?name=opened\">`: the query holds the "
                         "event's members."}};

const Protocol kCollectProtocol{.name = kCollectName,
                                .routes = kCollectRoutes,
                                .read = collect_events,
                                .success = collect_answer,
                                .guide = {.title = "Events as a query or a form",
                                          .clients = "beacons, mirrored requests of web servers",
                                          .setting = "`ORIGIN/v1/collect?name=…`, a form in the "
                                                     "body, or members in `X-Penstock-…` "
                                                     "headers."}};

ReadOutcome read_pixel(std::string_view query, const Origin& origin, Workspace& workspace,
                       RecordSink& sink) {
  workspace.members.start(query.size() + origin.referrer.size());
  workspace.members.add_pairs(query);
  return add_form_event(kPixelName, 200, origin, workspace, sink);
}

ReadOutcome read_collect(const CollectRequest& request, const Origin& origin, Workspace& workspace,
                         RecordSink& sink) {
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
      EventsReader reader(kCollectName, false, &members, origin, workspace, sink);
      ReadOutcome outcome = format == BodyFormat::kLines ? reader.read_lines(request.body)
                                                         : reader.read_document(request.body);
      if (outcome.status < 400) outcome.status = 204;
      return outcome;
    }
    case BodyFormat::kUnknown:
      return refusal(415, "unsupported_type",
                     "send application/x-www-form-urlencoded, application/json, or no body");
  }
  return add_form_event(kCollectName, 204, origin, workspace, sink);
}

}  // namespace penstock::adapter
