#include "adapter/otlp/otlp.h"

#include <string>
#include <string_view>

#include "adapter/contract/data_field.h"
#include "adapter/otlp/answers.h"
#include "adapter/otlp/log_reader.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "otlp";
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/v1/logs", .large_body = [](std::string_view) {
       return LargeBody{LargeBody::Way::kWhole};
     }}};
constexpr std::string_view kProtobufEcho = "protobuf";

bool is_json_type(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return equals_ignoring_case(type, "application/json");
}

ReadOutcome read(const Asked& asked, const Context& context) {
  // Who does not say is told by the beginning: every request of protobuf's begins like an empty
  // line.
  const bool is_protobuf = is_protobuf_type(asked.content_type) ||
                           (!is_json_type(asked.content_type) && !begins_like_json(asked.body));
  LogReader reader(kName, context);
  if (is_protobuf) {
    reader.read_protobuf(asked.body);
  } else {
    reader.read_json(asked.body);
  }
  ReadOutcome outcome = reader.outcome();
  if (outcome.status == 422) outcome.status = 400;
  if (outcome.status >= 400) return outcome;
  const std::uint64_t rejected = outcome.rejected.size() + outcome.rejected_unlisted;
  if (is_protobuf || rejected > 0) {
    const std::string problem = rejected == 0 ? std::string()
                                              : str_cat("record ", outcome.rejected[0].index, ": ",
                                                        outcome.rejected[0].error);
    outcome.own_answer = otlp_answer(is_protobuf, rejected, problem);
  }
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = otlp_answer(false, 0, {});
  return {200, scratch};
}

http::Response refusal_answer(std::uint16_t status, std::string_view, std::string_view detail) {
  return otlp_refusal(false, status, detail);
}

std::string_view echo(const http::Request& request) {
  return is_protobuf_type(request.header("Content-Type")) ? kProtobufEcho : std::string_view();
}

http::Response echoing_refusal(const Refused& refused) {
  return otlp_refusal(refused.echo == kProtobufEcho, refused.status, refused.detail);
}

constexpr Guide kGuide{
    .title = "OpenTelemetry logs (OTLP/HTTP)",
    .clients =
        "`@opentelemetry/exporter-logs-otlp-http` 0.223.1, "
        "`@opentelemetry/exporter-logs-otlp-proto` 0.223.1",
    .setting =
        "`new OTLPLogExporter({url: 'ORIGIN/v1/logs', headers: {Authorization: 'Bearer KEY'}})`; "
        "any SDK and the Collector's `otlphttp`: `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=ORIGIN/v1/logs` "
        "and `OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20KEY`. JSON and protobuf, gzip or "
        "zstd, up to `ingest.max_document_bytes` (16 MiB).",
    .left_out =
        "gRPC, traces, metrics and profiles: nothing answers there. A record has no id: it is "
        "stored once by its place in its request, which an exporter sends again as it was.",
    .rules = kLogRecordRules};

}  // namespace

const Protocol kOtlpProtocol{.name = kName,
                             .routes = kRoutes,
                             .read = read,
                             .success = success,
                             .refusal = refusal_answer,
                             .echo = echo,
                             .echoing_refusal = echoing_refusal,
                             .guide = kGuide};

}  // namespace penstock::adapter
