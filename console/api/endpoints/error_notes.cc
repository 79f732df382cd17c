// Notes that people leave on a group of errors.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/error_scope.h"
#include "console/api/errors/error_groups.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// `role`: his in the group's project.
bool may_remove(const GroupNote& note, const User& user, Role role) {
  return role == Role::kAdmin || (role == Role::kEditor && note.author == user.email);
}

void write_note(json::Writer& writer, const GroupNote& note, const User& user, Role role) {
  writer.begin_object().member("id", note.id).member("author", note.author);
  writer.member("at", note.at_ms).member("text", note.text);
  writer.member("may_remove", may_remove(note, user, role));
  writer.end_object();
}

// Without white space at its ends, lines' ends too.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kSpace) + 1 - start);
}

// His role in the group's project; kNone, with `refusal` set, where find_group() refuses it.
Role role_for(std::int64_t group_id, Access access, const Call& call, Services& services,
              http::Response& refusal) {
  const auto group = find_group(call, services, group_id, access, refusal);
  return group ? call.session->user.rights.in(group->key.project) : Role::kNone;
}

http::Response get_notes(Call& call, Services& services) {
  const std::int64_t id = parse_int(call.segment).value_or(0);
  http::Response refusal;
  const Role role = role_for(id, Access::kViewer, call, services, refusal);
  if (role == Role::kNone) return refusal;
  const auto notes = services.errors->notes(id);
  if (!notes) return failure_answer(notes.error());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("notes").begin_array();
  for (const GroupNote& note : *notes) write_note(writer, note, call.session->user, role);
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

http::Response post_note(Call& call, Services& services) {
  const std::int64_t id = parse_int(call.segment).value_or(0);
  const User& user = call.session->user;
  BodyReader body(call.body);
  const std::string text = body.text("text");
  if (auto fault = body.refusal()) return *fault;
  http::Response refusal;
  const Role role = role_for(id, Access::kEditor, call, services, refusal);
  if (role == Role::kNone) return refusal;
  const auto note = services.errors->add_note(id, user.email, trimmed(text));
  if (!note && note.error().code == ErrorCode::kRejected) {
    return http::error_response(422, "invalid_note", note.error().step);
  }
  if (!note) return failure_answer(note.error());
  if (!*note) return no_such_group();
  log_info("errors", "noted", {{"group", id}, {"by", actor_of(call)}});
  record(call, services, "error.note.add", str_cat("group ", id), str_cat("note ", (*note)->id));
  std::string answer;
  json::Writer writer(answer);
  write_note(writer, **note, user, role);
  return json_answer(std::move(answer));
}

http::Response delete_note(Call& call, Services& services) {
  const std::int64_t id = parse_int(call.segment).value_or(0);
  const auto note = services.errors->find_note(id);
  if (!note) return failure_answer(note.error());
  if (!*note) return http::error_response(404, "not_found", "there is no such note");
  http::Response refusal;
  const Role role = role_for((*note)->group_id, Access::kEditor, call, services, refusal);
  if (role == Role::kNone) return refusal;
  if (!may_remove(**note, call.session->user, role)) {
    return http::error_response(403, "not_yours", "it is its author's or an administrator's");
  }
  const auto removed = services.errors->remove_note(id);
  if (!removed) return failure_answer(removed.error());
  if (!*removed) return http::error_response(404, "not_found", "there is no such note");
  log_info("errors", "note removed", {{"group", (*note)->group_id}, {"by", actor_of(call)}});
  record(call, services, "error.note.remove", str_cat("group ", (*note)->group_id),
         str_cat("of ", (*note)->author));
  return no_content();
}

constexpr const char* kNewNote = R"({"type":"object","required":["text"],"properties":{
  "text":{"type":"string","minLength":1,"maxLength":4000}}})";
constexpr const char* kNote = R"({"$ref":"#/components/schemas/ErrorNote"})";
constexpr const char* kNotes = R"({"title":"ErrorNotes","type":"object","properties":{
  "notes":{"type":"array","items":{"$ref":"#/components/schemas/ErrorNote"}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/errors/{}/notes",
     .access = Access::kViewer,
     .endpoint = get_notes,
     .scope = Scope::kItem,
     .summary = "Notes on a group of errors, the oldest first",
     .answer_schema = kNotes},
    {.method = kPost,
     .path = "/api/v1/errors/{}/notes",
     .access = Access::kEditor,
     .endpoint = post_note,
     .scope = Scope::kItem,
     .summary = "Leave a note on a group of errors",
     .body_schema = kNewNote,
     .answer_schema = kNote},
    {.method = kDelete,
     .path = "/api/v1/errors/notes/{}",
     .access = Access::kEditor,
     .endpoint = delete_note,
     .scope = Scope::kItem,
     .summary = "Remove a note: one's own or, for an administrator, any"},
};

}  // namespace

std::span<const Route> error_notes_routes() { return kRoutes; }

}  // namespace penstock::console
