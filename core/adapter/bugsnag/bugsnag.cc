#include "adapter/bugsnag/bugsnag.h"

#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/item_reader.h"
#include "adapter/errors/error_reader.h"
#include "event/kind.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "bugsnag";

constexpr Rule kRules[] = {
    {"device.time", Place::kTime},
    {"request.url", Place::kUrl},
    {"request.referer", Place::kReferrer},
    {"request.headers.referer", Place::kReferrer},
    {"request.headers.Referer", Place::kReferrer},
    {"request.clientIp", Place::kIp},
    {"request.headers.user-agent", Place::kUserAgent},
    {"request.headers.User-Agent", Place::kUserAgent},
    {"device.userAgent", Place::kUserAgent},
    {"user.id", Place::kUserId},
    {"device.id", Place::kAnonymousId},
    {"session.id", Place::kSessionId},
    {"apiKey", Place::kKey},
};

constexpr Rule kCommonRules[] = {
    {"apiKey", Place::kKey},
    {"device.id", Place::kAnonymousId},
    {"device.userAgent", Place::kUserAgent},
};

constexpr Pick kPicks[] = {
    {"exceptions", Part::kError},
    {"exceptions.errorClass", Part::kClass},
    {"exceptions.message", Part::kMessage},
    {"exceptions.errorMessage", Part::kMessage},
    {"exceptions.stacktrace", Part::kFrame},
    {"exceptions.stacktrace.file", Part::kFile},
    {"exceptions.stacktrace.method", Part::kFunction},
    {"exceptions.stacktrace.lineNumber", Part::kLine},
    {"exceptions.stacktrace.inProject", Part::kIsOwn},
    {"groupingHash", Part::kFingerprint},
    {"app.version", Part::kRelease},
    {"app.releaseStage", Part::kEnvironment},
    {"severity", Part::kLevel},
    {"unhandled", Part::kUnhandled},
    {"breadcrumbs", Part::kBreadcrumbs},
    {"user", Part::kUser},
};
constexpr ErrorShape kErrors{.picks = kPicks};

constexpr ItemShape kShape{
    .rules = kRules, .list = "events", .common = kCommonRules, .take = take_error_of<kErrors>};

constexpr Rule kSessionRules[] = {
    {"id", Place::kId},
    {"startedAt", Place::kTime},
    {"user.id", Place::kUserId},
};

std::string_view prepare_session(Item& item) {
  if (item.text(Place::kTime).empty()) return "says not when it began";
  item.set_kind(event::kEventKind);
  item.set(Place::kName, "session");
  item.set(Place::kSessionId, item.text(Place::kId));
  return {};
}

constexpr ItemShape kSessionShape{
    .rules = kSessionRules, .list = "sessions", .common = kCommonRules, .prepare = prepare_session};

constexpr std::string_view kCors =
    "Bugsnag-Api-Key, Bugsnag-Payload-Version, Bugsnag-Sent-At, Bugsnag-Integrity, "
    "Bugsnag-Stacktrace-Types";
enum RouteIndex : std::uint8_t { kNotify, kSessions };
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/notify", .cors_headers = kCors},
    {.method = http::Method::kPost, .pattern = "/sessions", .cors_headers = kCors},
};

std::string_view own_key(const http::Request& request, std::string& /*scratch*/) {
  return request.header("Bugsnag-Api-Key");
}

ItemShape session_shape(std::string_view body) {
  ItemShape shape = kSessionShape;
  if (body.find(R"("sessionCounts")") != std::string_view::npos) shape.list = "sessionCounts";
  return shape;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const bool is_report = asked.route == kNotify;
  const ItemShape shape = is_report ? kShape : session_shape(asked.body);
  ItemReader reader(shape, kName, context);
  const std::string_view sent_at = asked.request.header("Bugsnag-Sent-At");
  if (!sent_at.empty()) reader.common().set(Place::kSentAt, sent_at);
  reader.read_document(asked.body);
  ReadOutcome outcome = reader.outcome(is_report ? 200 : 202);
  if (is_report || !outcome.error.empty()) return outcome;
  outcome.own_answer = json_answer(R"({"status":"accepted"})");
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = text_answer("OK");
  return {200, scratch};
}

constexpr Guide kGuide{
    .title = "Bugsnag",
    .clients = "`@bugsnag/node` and `@bugsnag/browser` 9.0.0",
    .setting =
        "`endpoints: {notify: 'ORIGIN/notify', sessions: 'ORIGIN/sessions'}`; `apiKey` is a key "
        "of the project.",
    .left_out = "Performance spans, and uploads of builds and source maps: 404.",
    .rules = kRules};

}  // namespace

const Protocol kBugsnagProtocol{.name = kName,
                                .routes = kRoutes,
                                .key_place = KeyPlace::kBody,
                                .own_key = own_key,
                                .read = read,
                                .success = success,
                                .guide = kGuide};

}  // namespace penstock::adapter
