// Saved views: one's own and those that others share. Whoever signs in keeps private ones; it takes
// an editor to share.
#include <utility>

#include "base/text.h"
#include "console/api/auth/saved_views.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

void write_view(json::Writer& writer, const SavedView& view, const User& user) {
  writer.begin_object().member("id", view.id).member("name", view.name);
  writer.member("page", view.page).member("query", view.query);
  writer.member("is_shared", view.is_shared).member("owner", view.owner);
  writer.member("may_change", may_change(view, user));
  writer.member("created_at", view.created_at_ms).member("changed_at", view.changed_at_ms);
  writer.end_object();
}

http::Response view_answer(const SavedView& view, const User& user) {
  std::string body;
  json::Writer writer(body);
  write_view(writer, view, user);
  return json_answer(std::move(body));
}

// What is wrong with a view that `user` wants to keep like this.
std::optional<http::Response> refusal_of(const SavedView& view, const User& user) {
  if (const char* fault = view_fault(view)) {
    return http::error_response(400, "bad_parameter", fault);
  }
  if (view.is_shared && !may_share(view, user)) {
    return http::error_response(403, "role_required",
                                "it takes an editor of what it shows to share a view");
  }
  return std::nullopt;
}

http::Response get_views(Call& call, Services& services) {
  const User& user = call.session->user;
  const auto views = services.views->list(user.id);
  if (!views) return failure_answer(views.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("views").begin_array();
  for (const SavedView& view : *views) {
    if (may_see(view, user)) write_view(writer, view, user);
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response post_view(Call& call, Services& services) {
  const User& user = call.session->user;
  BodyReader body(call.body);
  SavedView view;
  view.owner_id = user.id;
  view.owner = user.email;
  view.name = trim(body.text("name"));
  view.page = body.text("page");
  view.query = body.text("query");
  view.is_shared = body.flag_if("is_shared").value_or(false);
  if (auto refusal = body.refusal()) return *refusal;
  if (auto refusal = refusal_of(view, user)) return *refusal;
  const auto added = services.views->add(std::move(view));
  if (!added) return failure_answer(added.error());
  if (added->is_shared) record(call, services, "view.share", added->name);
  return view_answer(*added, user);
}

// Nullopt, with `refusal` set, where the route's segment names none that the user may change.
std::optional<SavedView> find_named(const Call& call, Services& services, http::Response& refusal) {
  const auto id = parse_int(call.segment);
  auto view = services.views->find(id.value_or(0));
  if (!view) {
    refusal = failure_answer(view.error());
    return std::nullopt;
  }
  const User& user = call.session->user;
  if (!*view || !may_see(**view, user)) {
    refusal = http::error_response(404, "not_found", "there is no such view");
    return std::nullopt;
  }
  if (!may_change(**view, user)) {
    refusal = http::error_response(403, "not_yours", "it is its owner's or an administrator's");
    return std::nullopt;
  }
  return std::move(*view);
}

http::Response patch_view(Call& call, Services& services) {
  const User& user = call.session->user;
  http::Response refusal;
  auto view = find_named(call, services, refusal);
  if (!view) return refusal;
  const bool was_shared = view->is_shared;
  BodyReader body(call.body);
  if (auto name = body.text_if("name")) view->name = trim(*name);
  if (auto page = body.text_if("page")) view->page = std::move(*page);
  if (auto query = body.text_if("query")) view->query = std::move(*query);
  view->is_shared = body.flag_if("is_shared").value_or(was_shared);
  if (auto fault = body.refusal()) return *fault;
  if (auto fault = refusal_of(*view, user)) return *fault;
  // Nobody could see it any more.
  if (!view->is_shared && !view->owner_id) {
    view->owner_id = user.id;
    view->owner = user.email;
  }
  const auto changed = services.views->change(std::move(*view));
  if (!changed) return failure_answer(changed.error());
  if (!*changed) return http::error_response(404, "not_found", "there is no such view");
  if (was_shared || (*changed)->is_shared) record(call, services, "view.change", (*changed)->name);
  return view_answer(**changed, user);
}

http::Response delete_view(Call& call, Services& services) {
  http::Response refusal;
  const auto view = find_named(call, services, refusal);
  if (!view) return refusal;
  const auto removed = services.views->remove(view->id);
  if (!removed) return failure_answer(removed.error());
  if (!*removed) return http::error_response(404, "not_found", "there is no such view");
  if (view->is_shared) record(call, services, "view.remove", view->name);
  return no_content();
}

constexpr const char* kNewView = R"({"type":"object","required":["name","page","query"],
  "properties":{"name":{"type":"string","minLength":1,"maxLength":80},
    "page":{"type":"string","enum":["/","/events","/live","/errors","/sources"]},
    "query":{"type":"string","maxLength":4096,"description":"Percent-encoded, without ?"},
    "is_shared":{"type":"boolean","default":false,"description":"It takes an editor"}}})";
constexpr const char* kViewChange = R"({"type":"object","properties":{
    "name":{"type":"string","minLength":1,"maxLength":80},
    "page":{"type":"string","enum":["/","/events","/live","/errors","/sources"]},
    "query":{"type":"string","maxLength":4096},"is_shared":{"type":"boolean"}}})";
constexpr const char* kView = R"({"$ref":"#/components/schemas/View"})";
constexpr const char* kViews = R"({"title":"Views","type":"object","properties":{
  "views":{"type":"array","items":{"$ref":"#/components/schemas/View"}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/views",
     .access = Access::kViewer,
     .endpoint = get_views,
     .scope = Scope::kOwn,
     .summary = "Saved views: one's own and all that are shared",
     .answer_schema = kViews},
    {.method = kPost,
     .path = "/api/v1/views",
     .access = Access::kViewer,
     .endpoint = post_view,
     .scope = Scope::kOwn,
     .summary = "Save a view; an editor may share it",
     .body_schema = kNewView,
     .answer_schema = kView},
    {.method = kPatch,
     .path = "/api/v1/views/{}",
     .access = Access::kViewer,
     .endpoint = patch_view,
     .scope = Scope::kOwn,
     .summary = "Change a view: its owner or, where it is shared, an administrator",
     .body_schema = kViewChange,
     .answer_schema = kView},
    {.method = kDelete,
     .path = "/api/v1/views/{}",
     .access = Access::kViewer,
     .endpoint = delete_view,
     .scope = Scope::kOwn,
     .summary = "Remove a view: its owner or, where it is shared, an administrator"},
};

}  // namespace

std::span<const Route> views_routes() { return kRoutes; }

}  // namespace penstock::console
