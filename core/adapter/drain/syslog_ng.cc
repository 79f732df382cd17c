#include "adapter/drain/syslog_ng.h"

#include <string_view>

#include "adapter/contract/request_key.h"
#include "adapter/drain/log_record.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "syslog_ng";
constexpr Route kRoutes[] = {drain_route(http::Method::kPost, "/drain/syslog-ng"),
                             drain_route(http::Method::kPut, "/drain/syslog-ng")};

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kLogShape, kName, context);
  read_records(asked.body, reader);
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "syslog-ng",
    .clients = "syslog-ng 3.38.1 of Debian 12 (`syslog-ng-mod-http`)",
    .setting =
        "`http(url(\"ORIGIN/drain/syslog-ng\") method(\"POST\") headers(\"Authorization: Bearer "
        "KEY\") batch-lines(100) batch-timeout(1000) delimiter(\"\\n\") body(\"$(format-json "
        "--scope rfc5424 --key ISODATE --key UNIQID)\"))`, or `delimiter(\",\") "
        "body-prefix(\"[\") body-suffix(\"]\")` for an array. With `options { use-uniqid(yes); "
        "frac-digits(3); };` a line that is sent again is the same, and times have milliseconds. "
        "What is known of a record stands in Vector's table.",
    .left_out = "Without `UNIQID` a line whose answer is lost on its way is stored twice."};

}  // namespace

const Protocol kSyslogNgProtocol{.name = kName,
                                 .routes = kRoutes,
                                 .own_key = basic_key,
                                 .read = read,
                                 .success = drain_success,
                                 .partial_success = drain_partial_success,
                                 .is_relayed = true,
                                 .guide = kGuide};

}  // namespace penstock::adapter
