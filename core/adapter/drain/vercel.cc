#include "adapter/drain/vercel.h"

#include <string_view>

#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "vercel";
constexpr Route kRoutes[] = {drain_route(http::Method::kPost, "/drain/vercel")};

constexpr Rule kRules[] = {
    {"id", Place::kId},
    {"timestamp", Place::kTime},
    {"proxy.timestamp", Place::kTime},
    {"proxy.referer", Place::kReferrer},
    {"proxy.clientIp", Place::kIp},
    {"proxy.userAgent.0", Place::kUserAgent},
    {"proxy.userAgent", Place::kUserAgent},
    {"proxy.scheme", Place::kSeen, kSchemePart},
    {"proxy.host", Place::kSeen, kHostPart},
    {"host", Place::kSeen, kHostPart},
    {"proxy.path", Place::kSeen, kTargetPart},
    {"path", Place::kSeen, kTargetPart},
    {"source", Place::kSeen, kProgramPart},
    {"message", Place::kSeen, kMessagePart},
};

std::string_view prepare(Item& item) {
  const RequestAddress address{
      item.part_text(kSchemePart), item.part_text(kHostPart), item.part_text(kTargetPart), {}};
  if (address.target.starts_with('/')) item.set_made(Place::kUrl, to_url(address));
  // A function's own lines carry the request that they are of: only one without words is of it.
  const bool is_request = item.has("proxy.path") && item.part_text(kMessagePart).empty();
  if (is_request) {
    make_request(item);
  } else {
    make_log_line(item, item.part_text(kProgramPart));
  }
  return {};
}

constexpr ItemShape kShape{.rules = kRules, .prepare = prepare};

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kShape, kName, context);
  read_records(asked.body, reader);
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Vercel",
    .clients = "log drains as JSON or NDJSON, by its documents",
    .setting =
        "A custom log drain to `ORIGIN/drain/vercel` with the custom header `Authorization: Bearer "
        "KEY`. A line with a message is of kind `log`, named by its `source`, whatever its "
        "`level`; one of a request alone is an event `request`. The url is made of `proxy`.",
    .left_out =
        "`x-vercel-signature` is not looked at: the key stands for the sender. The header "
        "`x-vercel-verify`, where Vercel asks for it, is to be added by the proxy in front.",
    .rules = kRules};

}  // namespace

const Protocol kVercelProtocol{.name = kName,
                               .routes = kRoutes,
                               .own_key = basic_key,
                               .read = read,
                               .success = drain_success,
                               .guide = kGuide};

}  // namespace penstock::adapter
