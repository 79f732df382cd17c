#include "console/api/endpoints/event_scope.h"

#include <utility>

#include "base/bytes.h"
#include "console/api/request/answers.h"
#include "console/api/request/authorize.h"
#include "json/reader.h"

namespace penstock::console {

std::string project_of_event(std::string event_json) {
  reserve_padding(event_json);
  std::string project;
  json::Reader reader;
  const auto read = reader.read(event_json, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      if (name != "project") return {};
      const auto text = value.string();
      if (!text) return fail(text.error());
      project = *text;
      return {};
    });
  });
  return read ? project : std::string();
}

std::optional<http::Response> closed_event(Call& call, Services& services, const event::Id& id,
                                           Access access) {
  if (!call.session->user.rights.is_limited()) return std::nullopt;
  auto event = services.queries->within(call.deadline).event_json(id.hex());
  if (!event) return failure_answer(event.error());
  const std::string project = *event ? project_of_event(std::move(**event)) : std::string();
  if (!may(call, Access::kViewer, project)) {
    return http::error_response(404, "not_found", "there is no event with this id");
  }
  if (may(call, access, project)) return std::nullopt;
  return http::error_response(403, "role_required",
                              "it takes more than your role in this event's project");
}

}  // namespace penstock::console
