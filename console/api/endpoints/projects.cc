// Projects: they are there by a key of theirs or by their events, and are made in no other way.
#include <map>
#include <utility>

#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/key_parts.h"
#include "console/api/request/answers.h"
#include "console/api/request/authorize.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kMonthMs = std::int64_t{30} * 86'400'000;
constexpr std::uint32_t kProjectsMax = 1'000;

struct Project {
  std::uint64_t keys = 0;  // That are good for something.
  std::uint64_t events = 0;
};

http::Response get_projects(Call& call, Services& services) {
  services.queries->within(call.deadline);
  std::map<std::string, Project> projects;
  const std::int64_t now_ms = services.clock.wall_ms();
  if (const auto list = list_keys(services.settings)) {
    for (const ListedKey& key : list->keys) {
      const std::int64_t ends_ms = key.entry.rules.expires_at_ms;
      const bool is_over = key.entry.is_revoked() || (ends_ms != 0 && ends_ms <= now_ms);
      projects[key.entry.project].keys += is_over ? 0 : 1;
    }
  }
  const store::Facet facet{store::Dimension::kProject};
  const auto top = services.queries->top({now_ms - kMonthMs, now_ms}, facet, {}, kProjectsMax);
  if (!top) return failure_answer(top.error());
  for (const store::TopEntry& entry : *top) projects[entry.value].events = entry.events;
  // Of whose rights are of some projects: those, with or without events.
  for (const ProjectRole& one : call.session->user.rights.projects) projects[one.project];
  std::erase_if(projects, [&](const auto& one) { return !may(call, Access::kViewer, one.first); });
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("projects").begin_array();
  for (const auto& [name, project] : projects) {
    writer.begin_object().member("name", name).member("keys", project.keys);
    writer.member("events", project.events).end_object();
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

constexpr const char* kProjects = R"({"title":"Projects","type":"object","properties":{
  "projects":{"type":"array","items":{"title":"Project","type":"object","properties":{
    "name":{"type":"string"},"keys":{"type":"integer","description":"That are in use"},
    "events":{"type":"integer","description":"Of the last 30 days"}}}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/projects",
     .access = Access::kViewer,
     .endpoint = get_projects,
     .lane = Lane::kQuestions,
     .scope = Scope::kOwn,
     .summary = "Projects that have a key or events, as far as one may see them",
     .answer_schema = kProjects},
};

}  // namespace

std::span<const Route> projects_routes() { return kRoutes; }

}  // namespace penstock::console
