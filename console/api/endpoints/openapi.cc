// openapi.json, written from the table of routes so that it cannot say anything else.
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/routes.h"
#include "console/api/endpoints/shared_schemas.h"
#include "console/api/request/answers.h"
#include "event/fields.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr const char* kText = R"({"type":"string"})";
// Each is a parameter of its own: the form that OpenAPI has where nothing is said.
constexpr const char* kTexts = R"({"type":"array","items":{"type":"string"}})";

constexpr Parameter kRange[] = {
    {"from", kText,
     "Start: RFC 3339, or Unix time in seconds or milliseconds. Default: a day before"},
    {"to", kText, "End, not included. Default: now"},
    {"tz", kText, "Whose days the steps are: a name as Europe/Berlin. Default: UTC"},
};

constexpr Parameter kConditions[] = {
    {"filter", kTexts,
     "NAME=v (is), NAME!=v (is not), NAME~=v (contains), NAME^=v (starts with), NAME? (has a "
     "value), NAME>n, NAME<n (numbers); NAME is a dimension, properties.KEY or another text of an "
     "event (user_id, session_id, url, …), and the letters of ~= and ^= are equal in both cases. "
     "text~=v looks for it in all that an event says. There may be several, which all hold"},
    {"bots", R"({"type":"string","enum":["0","1","only"],"default":"1"})",
     "0: none; 1: as any other; only: them alone"},
};

constexpr const char* kSecuritySchemes =
    R"({"session":{"type":"apiKey","in":"cookie","name":"penstock_session",
  "description":"Set by POST /api/v1/session. Over https its name begins with __Host-; behind a )"
    R"(port of its own it ends in _PORT"},
  "token":{"type":"http","scheme":"bearer",
  "description":"An API token: POST /api/v1/tokens. It needs no X-CSRF-Token"}})";
constexpr const char* kErrorSchema =
    R"({"type":"object","required":["error","detail"],"properties":{
  "error":{"type":"string"},"detail":{"type":"string"}}})";

constexpr const char* kOutlookSchema = R"({"type":"object","properties":{
  "bytes":{"type":"integer"},"days":{"type":"integer"},"max_bytes":{"type":"integer"},
  "limit":{"type":"string","enum":["disk","max_bytes"]},"limit_bytes":{"type":"integer"},
  "bytes_per_day":{"type":["number","null"]},"days_that_fit":{"type":["number","null"]},
  "full_in_days":{"type":["number","null"]}}})";
constexpr const char* kCountedSchema = R"({"type":"object","properties":{
  "of":{"type":"string"},"events":{"type":"integer"}}})";
constexpr const char* kMissingDaysSchema =
    R"({"type":"array","items":{"type":"string","format":"date"},
  "description":"Days of the range that are left out, because their file cannot be read"})";

constexpr const char* kTagHeader =
    R"({"ETag":{"schema":{"type":"string"},
  "description":"Of this answer; none where days are left out"}})";

std::string dimension_schema() {
  std::string text;
  json::Writer writer(text);
  writer.begin_object().key("anyOf").begin_array();
  writer.begin_object().member("title", "TopDimension").member("type", "string");
  writer.key("enum").begin_array();
  for (int i = 0; i < store::kDimensions; ++i) {
    writer.value(store::to_text(static_cast<store::Dimension>(i)));
  }
  writer.end_array().end_object();
  writer.begin_object().member("type", "string").member("pattern", "^properties\\..").end_object();
  writer.end_array().end_object();
  return text;
}

const char* schema_of(const event::Field& field) {
  switch (field.type) {
    case event::FieldType::kTime:
      return R"({"type":"integer","description":"Unix milliseconds"})";
    case event::FieldType::kJson:
      return R"({"type":"object"})";
    case event::FieldType::kFlag:
      return R"({"type":"boolean"})";
    case event::FieldType::kId:
    case event::FieldType::kText:
      break;
  }
  return kText;
}

bool has_range(const Route& route) { return route.is_filtered && route.lane != Lane::kStreams; }

// Of an answer about a range; an export is not read before it is sent.
bool has_tag(const Route& route) {
  return has_range(route) && route.lane != Lane::kExports && !route.is_changing();
}

void write_components(json::Writer& writer) {
  writer.begin_object();
  writer.key("securitySchemes").raw(kSecuritySchemes);
  writer.key("schemas").begin_object();
  writer.key("Error").raw(kErrorSchema);
  writer.key("MissingDays").raw(kMissingDaysSchema);
  writer.key("Outlook").raw(kOutlookSchema);
  writer.key("Counted").raw(kCountedSchema);
  for (const NamedSchema& one : kSharedSchemas) writer.key(one.name).raw(one.schema);
  writer.key("Event").begin_object().member("type", "object");
  writer.key("properties").begin_object();
  for (const event::Field& field : event::kFields) writer.key(field.name).raw(schema_of(field));
  writer.end_object().end_object().end_object().end_object();
}

void write_parameter(json::Writer& writer, const Parameter& parameter, const char* place) {
  writer.begin_object();
  writer.member("name", parameter.name).member("in", place);
  if (parameter.is_required) writer.member("required", true);
  writer.member("description", parameter.text);
  writer.key("schema").raw(parameter.schema != nullptr ? parameter.schema : dimension_schema());
  writer.end_object();
}

void write_parameters(json::Writer& writer, const Route& route) {
  writer.key("parameters").begin_array();
  if (route.path.find("{}") != std::string_view::npos) {
    write_parameter(writer, {"id", kText, "As the list shows it", true}, "path");
  }
  if (route.is_changing() && route.access != Access::kAnyone) {
    write_parameter(writer,
                    {"X-CSRF-Token", kText, "csrf_token of the session; an API token needs none"},
                    "header");
  }
  if (route.is_filtered) {
    if (has_range(route)) {
      for (const Parameter& parameter : kRange) write_parameter(writer, parameter, "query");
    }
    write_parameter(writer, {"project", kText, "Only this project"}, "query");
    for (int i = 0; i < store::kDimensions; ++i) {
      const std::string name(store::to_text(static_cast<store::Dimension>(i)));
      if (name == "project") continue;
      const std::string text = str_cat("Only events with this ", name);
      write_parameter(writer, {name.c_str(), kText, text.c_str()}, "query");
    }
    write_parameter(
        writer,
        {"properties.KEY", kText,
         "Only events whose property KEY has this value: a text, or a number's, true's, "
         "false's or null's JSON; empty: that have none. Of any keys"},
        "query");
    for (const Parameter& parameter : kConditions) write_parameter(writer, parameter, "query");
  }
  if (has_tag(route)) {
    write_parameter(writer, {"If-None-Match", kText, "ETag of the answer one has"}, "header");
  }
  for (const Parameter& parameter : route.parameters) write_parameter(writer, parameter, "query");
  writer.end_array();
}

void write_content(json::Writer& writer, std::string_view schema,
                   std::string_view type = "application/json") {
  writer.key("content").begin_object();
  writer.key(type).begin_object();
  writer.key("schema").raw(schema);
  writer.end_object().end_object();
}

void write_failure(json::Writer& writer, const char* status, const char* text) {
  writer.key(status).begin_object();
  writer.member("description", text);
  write_content(writer, R"({"$ref":"#/components/schemas/Error"})");
  writer.end_object();
}

struct Failure {
  const char* status;
  const char* text;
};

// What the dispatcher and the checks before an endpoint refuse, and what endpoints of its kind do.
std::vector<Failure> failures_of(const Route& route) {
  const bool has_id = route.path.find("{}") != std::string_view::npos;
  const bool is_open = route.access == Access::kAnyone;
  std::vector<Failure> failures;
  if (has_id || route.is_filtered || !route.parameters.empty() || route.needs_body()) {
    failures.push_back(
        {"400", "A parameter, the id or the body is none: detail says which, and why"});
  }
  if (!is_open) {
    failures.push_back({"401", "No session, or an API token that is unknown or has expired"});
    failures.push_back(
        {"403",
         "It takes another role, a project of one's own (project_required), a session and no token "
         "(session_required), X-CSRF-Token, or a new password first: error says what"});
  }
  if (has_id) failures.push_back({"404", "There is no such thing"});
  if (route.needs_body()) {
    failures.push_back(
        {"4XX", "409 where it stands against what is there, 422 where a value cannot be taken"});
  }
  if (route.lane == Lane::kPassword) {
    failures.push_back({"429", "Too many tries; Retry-After says when to come again"});
  }
  failures.push_back({"503", "Too busy, or what it asks cannot be reached: see Retry-After"});
  return failures;
}

void write_answers(json::Writer& writer, const Route& route) {
  writer.key("responses").begin_object();
  writer.key(route.answer_schema != nullptr ? "200" : "204").begin_object();
  writer.member("description", "Done");
  if (has_tag(route)) writer.key("headers").raw(kTagHeader);
  if (route.answer_schema != nullptr) {
    write_content(writer, route.answer_schema, route.answer_type);
  }
  writer.end_object();
  if (has_tag(route)) {
    writer.key("304").begin_object();
    writer.member("description", "Nothing has changed since the answer with that ETag");
    writer.key("headers").raw(kTagHeader);
    writer.end_object();
  }
  for (const Failure& failure : failures_of(route)) {
    write_failure(writer, failure.status, failure.text);
  }
  write_failure(writer, "default", "Another failure");
  writer.end_object();
}

std::string_view least_role(Access access) {
  switch (access) {
    case Access::kAnyone:
      return "anyone";
    case Access::kSignedIn:
    case Access::kViewer:
      return "viewer";
    case Access::kEditor:
      return "editor";
    case Access::kAdmin:
      return "admin";
  }
  return "admin";
}

// Where the role counts, of a user who has one in some projects only.
std::string_view to_text(Scope scope) {
  switch (scope) {
    case Scope::kEverything:
      return "everything";
    case Scope::kProject:
      return "project";
    case Scope::kItem:
      return "item";
    case Scope::kOwn:
      return "own";
  }
  return "everything";
}

void write_operation(json::Writer& writer, const Route& route) {
  writer.key(to_lower(http::to_text(route.method))).begin_object();
  writer.member("summary", route.summary);
  writer.member("x-least-role", least_role(route.access));
  writer.member("x-scope", to_text(route.scope));
  writer.key("security").begin_array();
  if (route.access != Access::kAnyone) {
    writer.begin_object().key("session").begin_array().end_array().end_object();
    if (route.takes_token()) {
      writer.begin_object().key("token").begin_array().end_array().end_object();
    }
  }
  writer.end_array();
  write_parameters(writer, route);
  if (route.needs_body()) {
    writer.key("requestBody").begin_object().member("required", true);
    write_content(writer, route.body_schema);
    writer.end_object();
  }
  write_answers(writer, route);
  writer.end_object();
}

std::string path_text(std::string_view pattern) {
  const std::size_t wildcard = pattern.find("{}");
  if (wildcard == std::string_view::npos) return std::string(pattern);
  return str_cat(pattern.substr(0, wildcard), "{id}", pattern.substr(wildcard + 2));
}

}  // namespace

std::string openapi_text(std::string_view version) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member("openapi", "3.1.0");
  writer.key("info").begin_object();
  writer.member("title", "Penstock console").member("version", version);
  writer.end_object();
  // Routes of one path stand together in the table.
  writer.key("paths").begin_object();
  std::string_view open;
  for (const Route& route : routes()) {
    if (route.path != open) {
      if (!open.empty()) writer.end_object();
      writer.key(path_text(route.path)).begin_object();
      open = route.path;
    }
    write_operation(writer, route);
  }
  writer.end_object().end_object();
  writer.key("components");
  write_components(writer);
  writer.end_object();
  return text;
}

namespace {

http::Response get_openapi(Call&, Services& services) {
  return json_answer(openapi_text(services.settings.version));
}

constexpr const char* kAnyObject = R"({"type":"object"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/openapi.json",
     .access = Access::kAnyone,
     .endpoint = get_openapi,
     .summary = "This description",
     .answer_schema = kAnyObject},
};

}  // namespace

std::span<const Route> openapi_routes() { return kRoutes; }

}  // namespace penstock::console
