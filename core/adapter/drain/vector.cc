#include "adapter/drain/vector.h"

#include <string_view>

#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "vector";
constexpr Route kRoutes[] = {drain_route(http::Method::kPost, "/drain/vector"),
                             drain_route(http::Method::kPut, "/drain/vector")};

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kLogShape, kName, context);
  read_records(asked.body, reader);
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Vector, and any list or lines of JSON records",
    .clients = "Vector 0.43's `http` sink, by its documents",
    .setting =
        "`type = \"http\"`, `uri = \"ORIGIN/drain/vector\"`, `encoding.codec = \"json\"`, "
        "`framing.method = \"newline_delimited\"` or none, `compression` of gzip, zlib, zstd or "
        "none, `auth.strategy = \"bearer\"` with the key as `auth.token`. A record of a request to "
        "a web server (a `status` or a method, and an address) is an event `request`, whose url is "
        "made of `url`, or of `scheme`, `http_host` or `host`, and `request_uri`, `uri` with "
        "`args`, or `request`; any other is of kind `log`, named by its `program`, `appname`, "
        "`service` or container. A message that is a JSON object has its members in the event.",
    .left_out =
        "Records have no id: where an answer is lost on its way, what is sent again is stored "
        "twice. `snappy` is refused with 415.",
    .rules = kLogRules};

}  // namespace

const Protocol kVectorProtocol{.name = kName,
                               .routes = kRoutes,
                               .own_key = basic_key,
                               .read = read,
                               .success = drain_success,
                               .partial_success = drain_partial_success,
                               .is_relayed = true,
                               .guide = kGuide};

}  // namespace penstock::adapter
