// What the programs that ship logs send: records as JSON objects whose members somebody's
// configuration chose. A few of them are known, under the names that they usually have; all others
// are properties.
//
// A record that tells of one request to a web server, by its address and its method or status, is
// an event named "request", as a server's mirror makes it (README.md). Any other is of kind `log`
// and has the name of the program that wrote it, else "log". A message that is itself a JSON
// object, as a server's access log on its way through syslog, has its members in the event as well,
// and wins where both have one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapter/contract/item_reader.h"
#include "adapter/contract/protocol.h"

namespace penstock::adapter {

inline constexpr std::string_view kRequestName = "request";
inline constexpr std::string_view kLogName = "log";
inline constexpr std::string_view kLogKind = "log";

// Under which names a drain that takes a line apart itself keeps what every line has.
inline constexpr std::string_view kMessageProperty = "message";
inline constexpr std::string_view kLevelProperty = "level";

// What a member with Place::kSeen is taken for.
enum LogPart : std::uint8_t {
  kNoPart,
  kTargetPart,       // "/path?query", or an absolute URL.
  kPathPart,         // The same without a query, which may stand in kQueryPart.
  kQueryPart,        // "a=1&b=2".
  kRequestLinePart,  // "GET /path HTTP/1.1".
  kHostPart,         // That was asked.
  kMachinePart,      // The same, or the machine that wrote the line.
  kSchemePart,
  kMethodPart,
  kStatusPart,
  kProgramPart,
  kMessagePart,
};

// The first names are those of nginx's variables, then come syslog-ng's, Vector's, Fluent Bit's,
// Traefik's and Caddy's.
inline constexpr Rule kLogRules[] = {
    {"UNIQID", Place::kId},
    {"time_iso8601", Place::kTime},
    {"msec", Place::kTime},
    {"StartUTC", Place::kTime},
    {"ISODATE", Place::kTime},
    {"@timestamp", Place::kTime},
    {"timestamp", Place::kTime},
    {"ts", Place::kTime},
    {"date", Place::kTime},
    {"time", Place::kTime},
    {"url", Place::kUrl},
    {"http_referer", Place::kReferrer},
    {"referer", Place::kReferrer},
    {"referrer", Place::kReferrer},
    {"request_Referer", Place::kReferrer},
    {"request.headers.Referer.0", Place::kReferrer},
    {"http_user_agent", Place::kUserAgent},
    {"user_agent", Place::kUserAgent},
    {"userAgent", Place::kUserAgent},
    {"agent", Place::kUserAgent},
    {"request_User-Agent", Place::kUserAgent},
    {"request.headers.User-Agent.0", Place::kUserAgent},
    {"remote_addr", Place::kIp},
    {"client_ip", Place::kIp},
    {"ip", Place::kIp},
    {"clientip", Place::kIp},
    {"clientIp", Place::kIp},
    {"ClientHost", Place::kIp},
    {"request.client_ip", Place::kIp},
    {"request.remote_ip", Place::kIp},
    {"user_id", Place::kUserId},
    {"remote_user", Place::kUserId},
    {"request_uri", Place::kSeen, kTargetPart},
    {"RequestPath", Place::kSeen, kTargetPart},
    {"request.uri", Place::kSeen, kTargetPart},
    {"uri", Place::kSeen, kPathPart},
    {"path", Place::kSeen, kPathPart},
    {"args", Place::kSeen, kQueryPart},
    {"query_string", Place::kSeen, kQueryPart},
    {"request", Place::kSeen, kRequestLinePart},
    {"http_host", Place::kSeen, kHostPart},
    {"server_name", Place::kSeen, kHostPart},
    {"RequestHost", Place::kSeen, kHostPart},
    {"request.host", Place::kSeen, kHostPart},
    {"host", Place::kSeen, kMachinePart},
    {"scheme", Place::kSeen, kSchemePart},
    {"RequestScheme", Place::kSeen, kSchemePart},
    {"request_method", Place::kSeen, kMethodPart},
    {"method", Place::kSeen, kMethodPart},
    {"RequestMethod", Place::kSeen, kMethodPart},
    {"request.method", Place::kSeen, kMethodPart},
    {"status", Place::kSeen, kStatusPart},
    {"response_status", Place::kSeen, kStatusPart},
    {"DownstreamStatus", Place::kSeen, kStatusPart},
    {"PROGRAM", Place::kSeen, kProgramPart},
    {"program", Place::kSeen, kProgramPart},
    {"appname", Place::kSeen, kProgramPart},
    {"service", Place::kSeen, kProgramPart},
    {"SYSLOG_IDENTIFIER", Place::kSeen, kProgramPart},
    {"container_name", Place::kSeen, kProgramPart},
    {"kubernetes.container_name", Place::kSeen, kProgramPart},
    {"message", Place::kSeen, kMessagePart},
    {"MESSAGE", Place::kSeen, kMessagePart},
    {"log", Place::kSeen, kMessagePart},
};

// Where what was taken for kMessagePart is a JSON object, its members in its place.
Result<void> take_message(Item& item, Workspace& workspace);

// ItemShape::take and ItemShape::prepare.
Result<void> take_log_record(json::Value& value, Item& item, const Context& context);
std::string_view prepare_log_record(Item& item);

inline constexpr ItemShape kLogShape{
    .rules = kLogRules, .prepare = prepare_log_record, .take = take_log_record};

// The parts of the address that was asked for.
struct RequestAddress {
  std::string_view scheme;  // Of none it is https.
  std::string_view host;    // Without one the url is the path alone.
  std::string_view target;  // "/path", perhaps with its query.
  std::string_view query;   // Where the target has none; "a=b" or "?a=b".
};
std::string to_url(const RequestAddress& address);

// Makes the item the event of a request.
void make_request(Item& item);
// Makes it a line of a program's log.
void make_log_line(Item& item, std::string_view program);
// What servers write where a request had no such header.
void drop_dashes(Item& item);

// A body of records: one array, one object, or a line each, whatever its Content-Type says.
void read_records(std::string_view body, ItemReader& reader);

// Without white space at either end.
std::string_view without_blanks(std::string_view text);

// Whether a body is one JSON text and no lines of them.
bool is_one_document(std::string_view body);

// A route of lines or of an array, however long.
constexpr Route drain_route(http::Method method, std::string_view pattern) {
  return {.method = method, .pattern = pattern, .large_body = [](std::string_view) {
            return LargeBody{LargeBody::Way::kText};
          }};
}

// 200 with {"accepted":N}, and with the number of records that were passed over and what was wrong
// with the first.
ReadOutcome drain_outcome(ItemReader& reader);
Answer drain_success(std::uint32_t accepted, std::string& scratch);
// Of a body in pieces, without the first: a piece does not know its place.
Answer drain_partial_success(std::uint32_t accepted, std::uint64_t rejected, std::string& scratch);

}  // namespace penstock::adapter
