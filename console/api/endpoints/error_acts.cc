#include "console/api/endpoints/error_acts.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/error_answers.h"
#include "console/api/endpoints/error_scope.h"
#include "console/api/request/answers.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/query_reader.h"
#include "console/api/request/record.h"

namespace penstock::console {

namespace {

// More is no condition that anybody waits for.
constexpr std::int64_t kMuteEventsMax = 1'000'000'000;
constexpr std::size_t kSubjectBytesMax = 120;
constexpr std::size_t kDetailBytesMax = 400;

http::Response bad_change(std::string_view why) {
  return http::error_response(422, "invalid_change", why);
}

// What is wrong with a change that is JSON; "" where nothing is.
std::string_view fault_of(const GroupChange& change, const std::optional<std::string>& state,
                          const std::optional<std::int64_t>& mute_events) {
  if (!state && !change.assignee) return "say a state or an assignee: nothing would change";
  if (state && !change.state) return "state: expected open, resolved, muted or ignored";
  if (change.in_next_release && change.state != GroupState::kResolved) {
    return "in_next_release: it goes with the state resolved";
  }
  if (mute_events && (*mute_events < 1 || *mute_events > kMuteEventsMax)) {
    return "mute_events: expected 1 to 1000000000";
  }
  const bool has_until = mute_events || change.mute_until_grows;
  if (has_until && change.state != GroupState::kMuted) {
    return "mute_events and mute_until_grows go with the state muted";
  }
  if (!has_until && change.state == GroupState::kMuted) {
    return "muted until what? Say mute_events, mute_until_grows or both; or the state ignored";
  }
  return {};
}

// Nullopt with `refusal` set: 400 for what is no such JSON, 422 for what makes no sense.
std::optional<GroupChange> read_change(BodyReader& body, http::Response& refusal) {
  GroupChange change;
  const auto state = body.text_if("state");
  if (state) change.state = group_state_of(*state);
  change.in_next_release = body.flag_if("in_next_release").value_or(false);
  const auto mute_events = body.number_if("mute_events");
  change.mute_until_grows = body.flag_if("mute_until_grows").value_or(false);
  change.assignee = body.text_if("assignee");
  if (auto fault = body.refusal()) {
    refusal = *std::move(fault);
    return std::nullopt;
  }
  if (const auto fault = fault_of(change, state, mute_events); !fault.empty()) {
    refusal = bad_change(fault);
    return std::nullopt;
  }
  change.mute_events = static_cast<std::uint64_t>(mute_events.value_or(0));
  return change;
}

http::Response refused(const Error& error) {
  return error.code == ErrorCode::kRejected ? bad_change(error.step) : failure_answer(error);
}

// "error.resolve" for the log.
const char* act_of(const GroupChange& change) {
  if (!change.state) return "error.assign";
  switch (*change.state) {
    case GroupState::kResolved:
      return "error.resolve";
    case GroupState::kMuted:
      return "error.mute";
    case GroupState::kIgnored:
      return "error.ignore";
    case GroupState::kOpen:
      break;
  }
  return "error.open";
}

std::string subject_of(const ErrorGroup& group) {
  const std::string text = group.message.empty() || group.message == group.class_name
                               ? group.class_name
                               : str_cat(group.class_name, ": ", group.message);
  return std::string(utf8_prefix(text, kSubjectBytesMax));
}

std::string detail_of(const GroupChange& change, const ErrorGroup& group) {
  std::string text;
  const auto say = [&](const std::string& what) {
    text += str_cat(text.empty() ? "" : ", ", what);
  };
  if (change.in_next_release) say(str_cat("in the release after ", group.resolved_release));
  if (change.mute_events > 0) say(str_cat("until ", change.mute_events, " more"));
  if (change.mute_until_grows) say(str_cat("until over ", group.mute_hour_max, " come in an hour"));
  if (change.assignee) {
    say(change.assignee->empty() ? "to nobody" : str_cat("to ", *change.assignee));
  }
  return text;
}

void record_change(const Call& call, Services& services, const GroupChange& change,
                   const std::vector<ErrorGroup>& groups) {
  const char* act = act_of(change);
  log_info("errors", act, {{"groups", groups.size()}, {"by", actor_of(call)}});
  if (groups.size() == 1) {
    record(call, services, act, subject_of(groups.front()),
           str_cat("group ", groups.front().id, change.state || change.assignee ? ": " : "",
                   detail_of(change, groups.front())));
    return;
  }
  std::string ids;
  for (const ErrorGroup& group : groups) ids += str_cat(ids.empty() ? "" : " ", group.id);
  std::string what = detail_of(change, groups.front());
  record(call, services, act, str_cat(groups.size(), " groups"),
         utf8_prefix(str_cat(what, what.empty() ? "" : "; ", "groups ", ids), kDetailBytesMax));
}

// Whether others may see what one of these rights may.
bool has_project_of(const Rights& own, const Rights& others) {
  if (!own.is_limited() || !others.is_limited()) return true;
  return std::any_of(own.projects.begin(), own.projects.end(), [&](const ProjectRole& one) {
    return others.in(one.project) >= Role::kViewer;
  });
}

}  // namespace

http::Response patch_error(Call& call, Services& services) {
  BodyReader body(call.body);
  http::Response refusal;
  const auto change = read_change(body, refusal);
  const std::int64_t id = parse_int(call.segment).value_or(0);
  http::Response closed;
  if (!find_group(call, services, id, Access::kEditor, closed)) return closed;
  if (!change) return refusal;
  const auto changed = services.errors->change({&id, 1}, *change, call.session->user.email);
  if (!changed) return refused(changed.error());
  if (changed->empty()) return no_such_group();
  record_change(call, services, *change, *changed);
  std::string text;
  json::Writer writer(text);
  write_group(writer, changed->front(), nullptr);
  return json_answer(std::move(text));
}

http::Response patch_errors(Call& call, Services& services) {
  BodyReader body(call.body);
  const auto ids = body.numbers("ids", kGroupsChangedMax);
  http::Response refusal;
  const auto change = read_change(body, refusal);
  if (!change) return refusal;
  if (call.session->user.rights.is_limited()) {
    for (const std::int64_t id : ids) {
      if (!find_group(call, services, id, Access::kEditor, refusal)) return refusal;
    }
  }
  const auto changed = services.errors->change(ids, *change, call.session->user.email);
  if (!changed) return refused(changed.error());
  if (!changed->empty()) record_change(call, services, *change, *changed);
  std::string text;
  json::Writer writer(text);
  writer.begin_object().member("changed", changed->size());
  writer.member("gone", ids.size() - changed->size()).end_object();
  return json_answer(std::move(text));
}

http::Response get_assignees(Call& call, Services& services) {
  if (auto refusal = QueryReader(call.query, services.clock.wall_ms()).refusal()) return *refusal;
  const auto users = services.accounts->list();
  if (!users) return failure_answer(users.error());
  std::string text;
  json::Writer writer(text);
  writer.begin_object().key("users").begin_array();
  for (const User& user : *users) {
    if (has_project_of(call.session->user.rights, user.rights)) writer.value(user.email);
  }
  writer.end_array().end_object();
  return json_answer(std::move(text));
}

}  // namespace penstock::console
