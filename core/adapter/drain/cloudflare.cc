#include "adapter/drain/cloudflare.h"

#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "cloudflare";
constexpr Route kRoutes[] = {drain_route(http::Method::kPost, "/drain/cloudflare"),
                             drain_route(http::Method::kPut, "/drain/cloudflare")};

constexpr std::string_view kStartOfRequest = "EdgeStartTimestamp";
constexpr std::string_view kRay = "RayID";

// Those of http_requests first; then what other data sets call the same.
constexpr Rule kRules[] = {
    {kRay, Place::kSeen},
    {"ID", Place::kId},
    {kStartOfRequest, Place::kTime},
    {"Datetime", Place::kTime},
    {"Timestamp", Place::kTime},
    {"EventTimestampMs", Place::kTime},
    {"When", Place::kTime},
    {"CreatedAt", Place::kTime},
    {"URL", Place::kUrl},
    {"ClientRequestReferer", Place::kReferrer},
    {"ClientIP", Place::kIp},
    {"SourceIP", Place::kIp},
    {"IPAddress", Place::kIp},
    {"ClientRequestUserAgent", Place::kUserAgent},
    {"UserAgent", Place::kUserAgent},
    {"ClientRequestScheme", Place::kSeen, kSchemePart},
    {"ClientRequestHost", Place::kSeen, kHostPart},
    {"ClientRequestURI", Place::kSeen, kTargetPart},
    {"ClientRequestPath", Place::kSeen, kPathPart},
    {"ClientRequestQuery", Place::kSeen, kQueryPart},
    {"ScriptName", Place::kSeen, kProgramPart},
};

std::string_view prepare(Item& item) {
  RequestAddress address{item.part_text(kSchemePart), item.part_text(kHostPart),
                         item.part_text(kTargetPart), item.part_text(kQueryPart)};
  if (address.target.empty()) address.target = item.part_text(kPathPart);
  if (!address.host.empty() || !address.target.empty()) {
    item.set_made(Place::kUrl, to_url(address));
  }
  if (!item.has(kStartOfRequest)) {
    make_log_line(item, item.part_text(kProgramPart));
    return {};
  }
  make_request(item);
  // Lines of other data sets have the id of the request that they are of.
  item.set(Place::kId, item.text_at(kRay));
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .prepare = prepare};

// What is uploaded before a job is created.
constexpr std::string_view kTestUpload = R"({"content":"tests"})";

ReadOutcome read(const Asked& asked, const Context& context) {
  if (without_blanks(asked.body) == kTestUpload) {
    ReadOutcome outcome;
    outcome.status = 200;
    return outcome;
  }
  ItemReader reader(kShape, kName, context);
  read_records(asked.body, reader);
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Cloudflare Logpush",
    .clients = "Logpush to an HTTP destination, by its documents",
    .setting =
        "`destination_conf`: `ORIGIN/drain/cloudflare?header_Authorization=Bearer%20KEY`, with a "
        "server-side key, so that the visitors' addresses and agents count. A line of "
        "`http_requests` is an event `request`, whose url is made of `ClientRequestScheme`, "
        "`ClientRequestHost` and `ClientRequestURI` and whose id of `RayID`; a line of another "
        "data set is of kind `log` and has what it has. The test upload is answered and not "
        "stored. Set the job's `max_upload_bytes` to its least, 5,000,000, or raise "
        "`ingest.max_inflated_bytes` with it.",
    .left_out = "Lines of other data sets than `http_requests` have no id of their own.",
    .rules = kRules};

}  // namespace

const Protocol kLogpushProtocol{.name = kName,
                                .routes = kRoutes,
                                .own_key = basic_key,
                                .read = read,
                                .success = drain_success,
                                .partial_success = drain_partial_success,
                                .is_relayed = true,
                                .guide = kGuide};

}  // namespace penstock::adapter
