#include "adapter/contract/answers.h"
#include "adapter/contract/body_format.h"
#include "adapter/contract/completion.h"
#include "adapter/native/events_reader.h"
#include "adapter/native/native.h"
#include "base/text.h"
#include "http/target.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "events";
constexpr Route kRoutes[] = {{http::Method::kPost, "/v1/events"}};

constexpr std::string_view kAcceptedOne =
    "Content-Type: application/json\r\n"
    "Content-Length: 14\r\n"
    "\r\n"
    "{\"accepted\":1}";

Answer accepted(std::uint32_t count, std::string& scratch) {
  if (count == 1) return {202, kAcceptedOne};
  scratch = json_answer(str_cat("{\"accepted\":", count, "}"));
  return {202, scratch};
}

// {"accepted":N,"rejected":[{"index":I,"error":"…"}]}
std::string partial_answer(const ReadOutcome& outcome) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("accepted", outcome.accepted);
  writer.key("rejected").begin_array();
  for (const Rejected& rejected : outcome.rejected) {
    writer.begin_object();
    writer.member("index", rejected.index).member("error", rejected.error);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return json_answer(body);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const auto partial = http::raw_query_value(asked.request.query, "partial");
  const bool is_partial = partial && (*partial == "1" || *partial == "true");
  ReadOutcome outcome = read_events(asked.body, asked.content_type, is_partial, context.origin,
                                    context.workspace, context.sink);
  if (!outcome.rejected.empty()) outcome.own_answer = partial_answer(outcome);
  return outcome;
}

}  // namespace

const Protocol kEventsProtocol{
    .name = kName,
    .routes = kRoutes,
    .read = read,
    .success = accepted,
    .guide = {.title = "Events as JSON",
              .clients = "curl, any HTTP library",
              .setting = "Send one JSON event, an array of them, or NDJSON with `Content-Type: "
                         "application/x-ndjson`; penstock-ingest(8) names the members. The key "
                         "stands in `Authorization: Bearer`, `X-Penstock-Key` or `?key=`."}};

ReadOutcome read_events(std::string_view body, std::string_view content_type, bool partial,
                        const Origin& origin, Workspace& workspace, RecordSink& sink) {
  BodyFormat format = body_format_of(content_type, body);
  if (format == BodyFormat::kEmpty) return refusal(400, "empty_body", "the body holds no event");
  // Text that is no form by its type is meant to be JSON: say where it is not.
  if (format == BodyFormat::kForm && !is_form_type(content_type)) format = BodyFormat::kDocument;
  EventsReader reader(kName, partial, nullptr, origin, workspace, sink);
  if (format == BodyFormat::kDocument) return reader.read_document(body);
  if (format == BodyFormat::kLines) return reader.read_lines(body);
  return refusal(415, "unsupported_type", "send application/json or application/x-ndjson");
}

}  // namespace penstock::adapter
