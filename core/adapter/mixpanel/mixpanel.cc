#include "adapter/mixpanel/mixpanel.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/body_format.h"
#include "adapter/contract/data_field.h"
#include "adapter/contract/item_reader.h"
#include "adapter/contract/request_key.h"
#include "base/text.h"
#include "base/utf8.h"
#include "event/kind.h"
#include "http/target.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "mixpanel";

// `distinct_id` is a user but for devices and what equals them: prepare_event() tells.
constexpr Rule kRules[] = {
    {"event", Place::kName},
    {"properties", Place::kSpread},
    {"properties.$insert_id", Place::kId},
    {"properties.token", Place::kKey},
    {"properties.time", Place::kTime},
    {"properties.$user_id", Place::kUserId},
    {"properties.distinct_id", Place::kUserId},
    {"properties.$device_id", Place::kAnonymousId},
    {"properties.$session_id", Place::kSessionId},
    {"properties.$current_url", Place::kUrl},
    {"properties.$referrer", Place::kReferrer},
    {"properties.ip", Place::kIp},
    // An update of a profile.
    {"$token", Place::kKey},
    {"$user_id", Place::kUserId},
    {"$distinct_id", Place::kUserId},
    {"$device_id", Place::kAnonymousId},
    {"$ip", Place::kIp},
    {"$time", Place::kTime},
    {"$group_key", Place::kSeen},
    {"$group_id", Place::kSeen},
    {"$set", Place::kSeen},
    {"$set_once", Place::kSeen},
    {"$add", Place::kSeen},
    {"$append", Place::kSeen},
    {"$union", Place::kSeen},
    {"$remove", Place::kSeen},
    {"$unset", Place::kSeen},
    {"$delete", Place::kSeen},
};

constexpr std::string_view kOperations[] = {"$set",   "$set_once", "$add",   "$append",
                                            "$union", "$remove",   "$unset", "$delete"};

constexpr Route kRoutes[] = {
    {http::Method::kGet, "/track"},  {http::Method::kPost, "/track"},
    {http::Method::kGet, "/engage"}, {http::Method::kPost, "/engage"},
    {http::Method::kGet, "/groups"}, {http::Method::kPost, "/groups"},
    {http::Method::kGet, "/import"}, {http::Method::kPost, "/import"},
};

std::string_view without_device_mark(std::string_view id) {
  constexpr std::string_view kMark = "$device:";
  return id.starts_with(kMark) ? id.substr(kMark.size()) : std::string_view();
}

// A device that no user is known of goes as its own user.
void tell_devices(Item& item) {
  const std::string_view user = item.text(Place::kUserId);
  const std::string_view device = without_device_mark(user);
  const std::string_view anonymous = item.text(Place::kAnonymousId);
  if (device.empty() && (user.empty() || user != anonymous)) return;
  item.set(Place::kUserId, "");
  if (anonymous.empty()) item.set(Place::kAnonymousId, device);
}

std::string_view prepare_event(Item& item) {
  const std::string_view name = item.text(Place::kName);
  if (name.empty()) return "has no event";
  if (name == "$mp_web_page_view" || name == "mp_page_view") {
    item.set_kind(event::kPageKind);
  } else if (name == "$identify" || name == "$create_alias" || name == "$merge") {
    item.set_kind("identify");
  }
  tell_devices(item);
  return {};
}

std::string_view operation_of(const Item& item) {
  const auto* const found =
      std::find_if(std::begin(kOperations), std::end(kOperations),
                   [&item](std::string_view operation) { return item.has(operation); });
  return found == std::end(kOperations) ? std::string_view() : *found;
}

std::string_view prepare_update(Item& item, std::string_view kind) {
  const std::string_view operation = operation_of(item);
  if (operation.empty()) return "has no operation, such as $set";
  item.set(Place::kName, operation);
  item.set_kind(kind);
  tell_devices(item);
  return {};
}

std::string_view prepare_profile(Item& item) { return prepare_update(item, "identify"); }
std::string_view prepare_group(Item& item) { return prepare_update(item, "group"); }

constexpr ItemShape kEvents{.rules = kRules, .prepare = prepare_event};
constexpr ItemShape kProfiles{.rules = kRules, .prepare = prepare_profile};
constexpr ItemShape kGroups{.rules = kRules, .prepare = prepare_group};

const ItemShape& shape_of(std::string_view pattern) {
  if (pattern == "/engage") return kProfiles;
  return pattern == "/groups" ? kGroups : kEvents;
}

// Objects a line each: what follows a whole one stands in no single document.
bool has_lines(std::string_view body) {
  const std::string_view first = trim(body.substr(0, std::min(body.find('\n'), body.find('\r'))));
  if (first.empty() || first.front() != '{' || first.back() != '}') return false;
  const std::size_t next = body.find_first_not_of(" \t\r\n", body.find('\n'));
  return next != std::string_view::npos && body[next] == '{';
}

// What a request asks for beside its items: in its query, or in its form.
class Parameters {
 public:
  Parameters(const Asked& asked, bool has_form)
      : query_(asked.request.query), form_(has_form ? asked.body : std::string_view()) {}

  std::optional<std::string_view> find(std::string_view name) const {
    const auto in_form = http::raw_query_value(form_, name);
    return in_form ? in_form : http::raw_query_value(query_, name);
  }
  bool is_on(std::string_view name) const { return find(name) == "1"; }

 private:
  std::string_view query_;
  std::string_view form_;
};

bool is_function_name(std::string_view text) {
  constexpr std::size_t kBytesMax = 128;
  return !text.empty() && text.size() <= kBytesMax &&
         text.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$."
             "[]") == std::string_view::npos;
}

// "" where it is Protocol::success()'s.
std::string answer_of(const Parameters& parameters, std::string_view error) {
  const bool is_good = error.empty();
  std::string body(is_good ? "1" : "0");
  const bool is_verbose = parameters.is_on("verbose");
  if (is_verbose) {
    std::string text;
    json::Writer writer(text);
    writer.begin_object().member("status", is_good ? 1 : 0);
    is_good ? writer.key("error").null() : writer.member("error", error);
    writer.end_object();
    body = text;
  }
  if (const auto callback = parameters.find("callback"); callback && is_function_name(*callback)) {
    const std::string script = str_cat(*callback, "(", body, ");");
    return str_cat("Content-Type: text/javascript; charset=utf-8\r\nContent-Length: ",
                   script.size(), "\r\n\r\n", script);
  }
  if (is_verbose) return json_answer(body);
  if (is_good && parameters.is_on("img")) return std::string(pixel_answer());
  return is_good ? std::string() : text_answer(body);
}

constexpr std::string_view kSomeFailed = "some data points in the request failed validation";

// With strict=1 an import of which anything was left out is told so by a 400; the rest is taken.
// No client of Mixpanel's sends an import again for it, and `$insert_id` makes it safe for others.
std::string import_answer(const ReadOutcome& outcome) {
  const bool is_good = outcome.status < 400;
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("code", outcome.status);
  writer.member("num_records_imported", outcome.accepted);
  writer.member("status", is_good ? "OK" : "Bad Request");
  if (!is_good) writer.member("error", outcome.detail.empty() ? kSomeFailed : outcome.detail);
  if (!outcome.rejected.empty()) {
    writer.key("failed_records").begin_array();
    for (const Rejected& rejected : outcome.rejected) {
      writer.begin_object().member("index", rejected.index).member("message", rejected.error);
      writer.end_object();
    }
    writer.end_array();
  }
  writer.end_object();
  return json_answer(body);
}

bool read_data(const Parameters& parameters, Workspace& workspace, ItemReader& reader) {
  const auto data = parameters.find("data");
  if (!data || !decode_data_field(*data, workspace.text)) return false;
  make_readable(workspace.text);
  reader.read_document(workspace.text);
  return true;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  const Route& route = kRoutes[asked.route];
  const bool is_json = route.method == http::Method::kPost && begins_like_json(asked.body);
  const Parameters parameters(asked, route.method == http::Method::kPost && !is_json);
  ItemReader reader(shape_of(route.pattern), kName, context);
  // The request comes from a server, or its address is none of ours.
  if (parameters.find("ip") == "0") reader.hide_connection();
  ReadOutcome outcome;
  if (is_json) {
    const bool is_lines = body_format_of(asked.content_type, asked.body) == BodyFormat::kLines ||
                          has_lines(without_byte_order_mark(asked.body));
    is_lines ? reader.read_lines(asked.body) : reader.read_document(asked.body);
    outcome = reader.outcome();
  } else if (read_data(parameters, context.workspace, reader)) {
    outcome = reader.outcome();
  } else {
    outcome = refusal(400, "invalid_data", "data is neither JSON nor base64 of it");
  }
  const bool is_import = is_json && route.pattern == "/import";
  if (outcome.status == 400 || outcome.status == 422) {
    if (is_import) outcome.status = 400;  // It knows no other.
    outcome.own_answer = is_import ? import_answer(outcome) : answer_of(parameters, outcome.detail);
  } else if (outcome.status < 400 && is_import) {
    const bool is_whole = outcome.rejected.empty() && outcome.rejected_unlisted == 0;
    if (!is_whole && parameters.is_on("strict")) outcome.status = 400;
    outcome.own_answer = import_answer(outcome);
  } else if (outcome.status < 400) {
    outcome.own_answer = answer_of(parameters, {});
  }
  return outcome;
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = text_answer("1");
  return {200, scratch};
}

// Where read() does not know better: both what verbose answers and what an import's say.
http::Response refusal_answer(std::uint16_t status, std::string_view, std::string_view detail) {
  http::Response response;
  response.status = status;
  json::Writer writer(response.body);
  writer.begin_object().member("code", status).member("status", 0).member("error", detail);
  writer.end_object();
  return response;
}

// An import names its project as the user of Basic, or as old clients do.
std::string_view own_key(const http::Request& request, std::string& scratch) {
  const std::string_view user = basic_user(request, scratch);
  return user.empty() ? query_value(request, "api_key", scratch) : user;
}

constexpr Guide kGuide{
    .title = "Mixpanel",
    .clients = "`mixpanel` 0.24.0, `mixpanel-browser` 2.83.0",
    .setting =
        "Node: `Mixpanel.init(KEY, {host: 'HOST', protocol: 'https'})`. Browser: "
        "`mixpanel.init(KEY, {api_host: 'ORIGIN'})`. The token is a key of the project; an import "
        "has it as the user of Basic or as `api_key`.",
    .left_out =
        "Session replay (`/record`), flags and settings, which are off unless a page asks for "
        "them: 404. `redirect`, and the queries of the Export API. An import with bad records is "
        "answered 200 with `failed_records`, with `strict=1` 400; the good ones are taken in any "
        "case. An event without "
        "`$insert_id`, as the Node package sends them, is stored again when it is sent again.",
    .rules = kRules};

}  // namespace

const ItemShape kMixpanelEvents = kEvents;

const Protocol kMixpanelProtocol{.name = kName,
                                 .routes = kRoutes,
                                 .key_place = KeyPlace::kBody,
                                 .own_key = own_key,
                                 .read = read,
                                 .success = success,
                                 .refusal = refusal_answer,
                                 .guide = kGuide};

}  // namespace penstock::adapter
