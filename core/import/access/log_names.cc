#include "import/access/log_names.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::importing {
namespace {

struct Name {
  std::string_view name;
  LogField field;
};

constexpr Name kNames[] = {
    // nginx.
    {"remote_addr", LogField::kAddress},
    {"realip_remote_addr", LogField::kOther},
    {"remote_user", LogField::kUser},
    {"time_local", LogField::kTime},
    {"time_iso8601", LogField::kTime},
    {"msec", LogField::kTime},
    {"request", LogField::kRequest},
    {"request_method", LogField::kMethod},
    {"request_uri", LogField::kUri},
    {"uri", LogField::kUri},
    {"document_uri", LogField::kUri},
    {"args", LogField::kQuery},
    {"query_string", LogField::kQuery},
    {"server_protocol", LogField::kProtocol},
    {"status", LogField::kStatus},
    {"body_bytes_sent", LogField::kBytes},
    {"bytes_sent", LogField::kBytes},
    {"http_referer", LogField::kReferrer},
    {"http_referrer", LogField::kReferrer},
    {"http_user_agent", LogField::kUserAgent},
    {"host", LogField::kHost},
    {"http_host", LogField::kHost},
    {"server_name", LogField::kHost},
    {"scheme", LogField::kScheme},
    {"request_time", LogField::kSeconds},
    {"pid", LogField::kIgnored},
    // JSON as people name it.
    {"time", LogField::kTime},
    {"timestamp", LogField::kTime},
    {"@timestamp", LogField::kTime},
    {"ts", LogField::kTime},
    {"date", LogField::kTime},
    {"ip", LogField::kAddress},
    {"client", LogField::kAddress},
    {"client_ip", LogField::kAddress},
    {"clientip", LogField::kAddress},
    {"remote_ip", LogField::kAddress},
    {"method", LogField::kMethod},
    {"path", LogField::kUri},
    {"url", LogField::kUri},
    {"query", LogField::kQuery},
    {"protocol", LogField::kProtocol},
    {"bytes", LogField::kBytes},
    {"size", LogField::kBytes},
    {"referer", LogField::kReferrer},
    {"referrer", LogField::kReferrer},
    {"user_agent", LogField::kUserAgent},
    {"useragent", LogField::kUserAgent},
    {"agent", LogField::kUserAgent},
    {"user", LogField::kUser},
    {"vhost", LogField::kHost},
    {"duration", LogField::kSeconds},
    // Caddy.
    {"request.client_ip", LogField::kAddress},
    {"request.remote_ip", LogField::kAddress},
    {"request.method", LogField::kMethod},
    {"request.host", LogField::kHost},
    {"request.uri", LogField::kUri},
    {"request.proto", LogField::kProtocol},
    {"request.headers.user-agent", LogField::kUserAgent},
    {"request.headers.referer", LogField::kReferrer},
    {"request.headers.cookie", LogField::kIgnored},
    {"request.headers.authorization", LogField::kIgnored},
    {"resp_headers.set-cookie", LogField::kIgnored},
    {"user_id", LogField::kUser},
    {"logger", LogField::kIgnored},
    {"level", LogField::kIgnored},
    {"msg", LogField::kIgnored},
    // Traefik.
    {"clienthost", LogField::kAddress},
    {"clientusername", LogField::kUser},
    {"startutc", LogField::kTime},
    {"requestmethod", LogField::kMethod},
    {"requestpath", LogField::kUri},
    {"requesthost", LogField::kHost},
    {"requestprotocol", LogField::kProtocol},
    {"requestscheme", LogField::kScheme},
    {"downstreamstatus", LogField::kStatus},
    {"downstreamcontentsize", LogField::kBytes},
    {"request_user-agent", LogField::kUserAgent},
    {"request_referer", LogField::kReferrer},
    // W3C, as IIS and CloudFront write it. Its date and time stand apart.
    {"c-ip", LogField::kAddress},
    {"cs-username", LogField::kUser},
    {"cs-method", LogField::kMethod},
    {"cs-uri-stem", LogField::kUri},
    {"cs-uri-query", LogField::kQuery},
    {"cs-uri", LogField::kUri},
    {"cs-version", LogField::kProtocol},
    {"cs-protocol-version", LogField::kProtocol},
    {"cs-protocol", LogField::kScheme},
    {"sc-status", LogField::kStatus},
    {"sc-bytes", LogField::kBytes},
    {"cs(user-agent)", LogField::kUserAgent},
    {"cs(referer)", LogField::kReferrer},
    {"cs(cookie)", LogField::kIgnored},
    {"x-host-header", LogField::kHost},
    {"cs(host)", LogField::kHost},
    {"cs-host", LogField::kHost},
};

}  // namespace

LogField field_of_name(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kNames), std::end(kNames),
                   [name](const Name& known) { return equals_ignoring_case(known.name, name); });
  return found == std::end(kNames) ? LogField::kOther : found->field;
}

}  // namespace penstock::importing
