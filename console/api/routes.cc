#include "console/api/routes.h"

#include "console/api/endpoints.h"

namespace penstock::console {

namespace {

constexpr Parameter kTimeseriesParameters[] = {
    {"step", R"({"type":"string"})",
     "Whole minutes, hours or days: 60, 15m, 1h, 1d. Default: by the range"},
};
constexpr Parameter kTopParameters[] = {
    {"dimension",
     R"({"type":"string","enum":["name","source","path","host","referrer","browser","os","device",
     "country","campaign"]})",
     "What to count by. Required"},
    {"limit", R"({"type":"integer","minimum":1,"maximum":1000,"default":10})", "Rows at most"},
};
constexpr Parameter kEventsParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":1000,"default":100})", "Events at most"},
    {"cursor", R"({"type":"string"})", "next_cursor of the page before"},
    {"is_bot", R"({"type":"boolean"})", "Only bots, or none"},
};

constexpr Parameter kDeadLettersParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":200,"default":50})", "Letters at most"},
    {"cursor", R"({"type":"string"})", "next of the page before"},
};

constexpr const char* kCredentials = R"({"type":"object","required":["email","password"],
  "properties":{"email":{"type":"string"},"password":{"type":"string"}}})";
constexpr const char* kPasswordChange = R"({"type":"object",
  "required":["old_password","new_password"],
  "properties":{"old_password":{"type":"string"},
    "new_password":{"type":"string","minLength":12,"maxLength":128}}})";
constexpr const char* kSession = R"({"type":"object","properties":{
  "csrf_token":{"type":"string","description":"For X-CSRF-Token of every changing request"},
  "expires_at":{"type":"integer","description":"Unix milliseconds"},
  "user":{"type":"object","properties":{"email":{"type":"string"},
    "role":{"type":"string","enum":["viewer","editor","admin"]},
    "must_change_password":{"type":"boolean"}}}}})";
constexpr const char* kTimeseries = R"({"type":"object","properties":{
  "from":{"type":"integer"},"to":{"type":"integer"},"step":{"type":"integer"},
  "t":{"type":"array","items":{"type":"integer"},"description":"Start of each step, Unix seconds"},
  "events":{"type":"array","items":{"type":"integer"}},
  "visitors":{"type":"array","items":{"type":"integer"},
    "description":"Estimated; empty where the filter names a dimension"}}})";
constexpr const char* kTop = R"({"type":"object","properties":{"dimension":{"type":"string"},
  "rows":{"type":"array","items":{"type":"object",
    "properties":{"value":{"type":"string"},"events":{"type":"integer"}}}}}})";
constexpr const char* kSummary = R"({"type":"object","properties":{"events":{"type":"integer"},
  "visitors":{"type":"integer","description":"Estimated"},"bots":{"type":"integer"},
  "newest_received_at":{"type":["integer","null"],"description":"Unix milliseconds"}}})";
constexpr const char* kEvent = R"({"$ref":"#/components/schemas/Event"})";
constexpr const char* kEvents = R"({"type":"object","properties":{
  "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
  "next_cursor":{"type":["string","null"],"description":"null on the last page"}}})";
constexpr const char* kQueue = R"({"type":"object","properties":{
  "kind":{"type":"string","enum":["redis","spool"]},"reachable":{"type":"boolean"},
  "depth":{"type":["integer","null"],"description":"Messages; null where it is not reachable"},
  "oldest_seconds":{"type":["number","null"]},"dead":{"type":["integer","null"]},
  "spool_bytes":{"type":"integer"},"detail":{"type":"string"}}})";
constexpr const char* kDeadLetters = R"({"type":"object","properties":{
  "total":{"type":"integer"},
  "letters":{"type":"array","items":{"type":"object","properties":{
    "id":{"type":"string"},
    "at":{"type":["integer","null"],"description":"Unix milliseconds; null where unknown"},
    "place":{"type":"string","enum":["file","redis","sidekiq"]},
    "reason":{"type":"string"},"origin":{"type":"string"},
    "bytes":{"type":"integer","description":"Of the whole message"},
    "message":{"type":"string","description":"Base64, of the first 16 KiB"},
    "truncated":{"type":"boolean","description":"Whether message or events are cut"},
    "form":{"type":"string","enum":["batch","job","unknown"]},
    "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"},
      "description":"Those that can be read, 20 at most"}}}},
  "next":{"type":["string","null"],"description":"null on the last page"}}})";
constexpr const char* kRetried = R"({"type":"object","properties":{"retried":{"type":"integer"}}})";
constexpr const char* kDeleted = R"({"type":"object","properties":{"deleted":{"type":"integer"}}})";
constexpr const char* kSystem = R"({"type":"object","properties":{"version":{"type":"string"},
  "time":{"type":"integer"},"started_at":{"type":"integer"},
  "programs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
    "running":{"type":"boolean"},"listen":{"type":"array","items":{"type":"string"}}}}}}})";
constexpr const char* kAnyObject = R"({"type":"object"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {kPost,
     "/api/v1/session",
     Access::kAnyone,
     post_session,
     true,
     "Sign in",
     false,
     {},
     kCredentials,
     kSession},
    {kGet,
     "/api/v1/session",
     Access::kSignedIn,
     get_session,
     false,
     "Who is signed in",
     false,
     {},
     nullptr,
     kSession},
    {kDelete,
     "/api/v1/session",
     Access::kSignedIn,
     delete_session,
     false,
     "Sign out",
     false,
     {},
     nullptr,
     nullptr},
    {kPost,
     "/api/v1/session/password",
     Access::kSignedIn,
     post_session_password,
     true,
     "Change one's own password; ends all one's sessions and starts a new one",
     false,
     {},
     kPasswordChange,
     kSession},
    {kGet, "/api/v1/stats/timeseries", Access::kViewer, get_timeseries, false,
     "Events and visitors by time", true, kTimeseriesParameters, nullptr, kTimeseries},
    {kGet, "/api/v1/stats/top", Access::kViewer, get_top, false,
     "The most frequent values of a dimension", true, kTopParameters, nullptr, kTop},
    {kGet,
     "/api/v1/stats/summary",
     Access::kViewer,
     get_summary,
     false,
     "Totals of a range",
     true,
     {},
     nullptr,
     kSummary},
    {kGet, "/api/v1/events", Access::kViewer, get_events, false, "Events, newest first", true,
     kEventsParameters, nullptr, kEvents},
    {kGet,
     "/api/v1/events/{}",
     Access::kViewer,
     get_event,
     false,
     "One event",
     false,
     {},
     nullptr,
     kEvent},
    {kGet,
     "/api/v1/queue",
     Access::kViewer,
     get_queue,
     false,
     "What waits to be stored",
     false,
     {},
     nullptr,
     kQueue},
    {kGet, "/api/v1/queue/dead", Access::kViewer, get_dead_letters, false,
     "Messages that could not be stored, newest first", false, kDeadLettersParameters, nullptr,
     kDeadLetters},
    {kPost,
     "/api/v1/queue/dead/{}/retry",
     Access::kEditor,
     post_dead_letter_retry,
     false,
     "Put a dead letter back at the end of the queue",
     false,
     {},
     nullptr,
     kRetried},
    {kPost,
     "/api/v1/queue/dead/{}/delete",
     Access::kEditor,
     post_dead_letter_delete,
     false,
     "Delete a dead letter for good",
     false,
     {},
     nullptr,
     kDeleted},
    {kGet,
     "/api/v1/system",
     Access::kViewer,
     get_system,
     false,
     "Version and programs",
     false,
     {},
     nullptr,
     kSystem},
    {kGet,
     "/api/v1/openapi.json",
     Access::kAnyone,
     get_openapi,
     false,
     "This description",
     false,
     {},
     nullptr,
     kAnyObject},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

http::Router make_router() {
  http::Router router;
  int number = 0;
  for (const Route& route : kRoutes) router.add(route.method, route.pattern, number++);
  return router;
}

}  // namespace penstock::console
