#include "control/stored_events.h"

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "control/event_patch.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::control {
namespace {

constexpr std::string_view kFolder = "/v1/events/";
constexpr std::string_view kChange = "/change";

http::Response unavailable(const Error& error) {
  log_warn("control.event", "a stored event could not be dealt with", {{"error", to_text(error)}});
  auto response = http::error_response(503, "unavailable", to_text(error));
  response.headers.emplace_back("Retry-After", "2");
  return response;
}

Result<std::vector<event::Id>> read_ids(std::string_view body) {
  std::vector<event::Id> ids;
  const auto take = [&ids](json::Value& element) -> Result<void> {
    const auto text = element.string();
    const auto id = text ? event::Id::from_hex(*text) : std::nullopt;
    if (!id) return fail(ErrorCode::kRejected, "ids: expected 32 hex digits each");
    if (ids.size() == kDeletedAtOnceMax) return fail(ErrorCode::kRejected, "ids: too many at once");
    ids.push_back(*id);
    return {};
  };
  json::Reader reader;
  PENSTOCK_TRY(reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      return key == "ids" ? value.elements(take) : Result<void>();
    });
  }));
  return ids;
}

http::Response remove(store::EventEdits& edits, std::string_view body) {
  const auto ids = read_ids(body);
  if (!ids) return http::error_response(400, "bad_request", to_text(ids.error()));
  const auto deleted = edits.remove(*ids);
  if (!deleted) return unavailable(deleted.error());
  log_info("control", "deleted stored events as asked",
           {{"events", *deleted}, {"asked", ids->size()}});
  http::Response response;
  response.body = str_cat("{\"deleted\":", *deleted, "}");
  return response;
}

http::Response change(store::EventEdits& edits, std::string_view segment, std::string_view body) {
  EventPatch patch;
  if (const auto why = patch.read(body)) return http::error_response(422, "not_storable", *why);
  const auto id = event::Id::from_hex(segment);
  const auto changed =
      !id ? Result<bool>(false)
          : edits.change(*id, [&](const event::Row& row) { return patch.apply(row); });
  if (!changed) return unavailable(changed.error());
  if (!*changed) return http::error_response(404, "not_found", "there is no event with this id");
  log_info("control", "changed a stored event as asked", {{"id", id->hex()}});
  http::Response response;
  response.body = R"({"changed":1})";
  return response;
}

}  // namespace

std::string delete_body(std::span<const event::Id> ids) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("ids").begin_array();
  for (const event::Id& id : ids) writer.value(id.hex());
  writer.end_array().end_object();
  return body;
}

std::string change_path(const event::Id& id) { return str_cat(kFolder, id.hex(), kChange); }

std::vector<Act> stored_event_acts(const std::shared_ptr<store::EventEdits>& edits) {
  std::vector<Act> acts;
  acts.push_back({http::Method::kPost, std::string(kDeleteEvents),
                  [edits](std::string_view /*segment*/, std::string_view body) {
                    return remove(*edits, body);
                  }});
  acts.push_back({http::Method::kPost, str_cat(kFolder, "{}", kChange),
                  [edits](std::string_view segment, std::string_view body) {
                    return change(*edits, segment, body);
                  }});
  return acts;
}

}  // namespace penstock::control
