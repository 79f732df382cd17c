#include "adapter/drain/vercel.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapter/contract/request_key.h"
#include "adapter/contract/vercel_signature.h"
#include "adapter/drain/log_record.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "vercel";
constexpr std::string_view kPath = "/drain/vercel";

// Whole, since what is signed is the whole of it.
constexpr Route route(std::string_view pattern) {
  return {.method = http::Method::kPost, .pattern = pattern, .large_body = [](std::string_view) {
            return LargeBody{LargeBody::Way::kWhole};
          }};
}
constexpr Route kRoutes[] = {route(kPath), route("/drain/vercel/{}")};
enum : std::size_t { kPlainRoute, kNamedRoute };

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

std::string_view name_in(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// The hook by whose secret the request must be signed: that of the name in its path, or, of the
// path without one, "vercel" where there is such a hook.
std::optional<ReadOutcome> refusal_by_signature(const Asked& asked, const Context& context) {
  const bool is_named = asked.route == kNamedRoute;
  const std::string_view name = is_named ? name_in(asked.request.path) : kName;
  const Hook* const hook = context.hooks == nullptr ? nullptr : context.hooks->find(name);
  if (hook == nullptr) return std::nullopt;  // As with other web hooks: nothing is to be signed.
  if (hook->scheme != HookScheme::kVercel) {
    if (!is_named) return std::nullopt;
    return refusal(404, "not_found", "the [hooks] of this name has another scheme than \"vercel\"");
  }
  const std::string_view fault =
      fault_of_vercel_signature(hook->secret, asked.request, {asked.request.body, asked.body});
  if (!fault.empty()) return refusal(401, kBadSignatureError, std::string(fault));
  context.hooks->admit(*hook);
  return std::nullopt;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  if (auto refused = refusal_by_signature(asked, context)) return *std::move(refused);
  ItemReader reader(kShape, kName, context);
  read_records(asked.body, reader);
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Vercel",
    .clients = "log drains as JSON or NDJSON, by its documents",
    .setting =
        "A custom log drain to `ORIGIN/drain/vercel` with the custom header `Authorization: Bearer "
        "KEY`. With `[hooks.vercel]` in the configuration (`scheme = \"vercel\"`, the drain's "
        "signature secret as `secret` or `secret_file`; `project` in place of a key) only what is "
        "signed with it is taken; of several drains each goes to `ORIGIN/drain/vercel/NAME` with a "
        "`[hooks.NAME]` of its own. A request is at most `ingest.max_document_bytes` (16 MiB). A "
        "line with a message is of kind `log`, named by its `source`, whatever its "
        "`level`; one of a request alone is an event `request`. The url is made of `proxy`.",
    .left_out =
        "A wrong or missing `x-vercel-signature`, where one is wanted: 401, and nothing is stored. "
        "The header `x-vercel-verify`, where Vercel asks for it, is to be added by the proxy in "
        "front.",
    .rules = kRules};

}  // namespace

const Protocol kVercelProtocol{.name = kName,
                               .routes = kRoutes,
                               .key_place = KeyPlace::kBody,
                               .own_key = basic_key,
                               .read = read,
                               .success = drain_success,
                               .is_relayed = true,
                               .guide = kGuide};

}  // namespace penstock::adapter
