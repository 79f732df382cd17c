#include "event/sidekiq/job.h"

#include <array>
#include <optional>

#include "base/json_text.h"
#include "base/text.h"
#include "event/draft.h"
#include "event/kind.h"
#include "event/limits.h"
#include "event/record_json.h"
#include "event/sidekiq/active_job.h"
#include "event/sidekiq/time.h"
#include "http/client_address.h"

namespace penstock::event {
namespace {

// An event's own depth, the arguments around it, and ActiveJob's wrapper.
constexpr std::uint32_t kArgsDepthMax = kPropertiesDepthMax + 8;
constexpr std::size_t kJidIdBytes = 12;
// What an id's first 48 bits can say.
constexpr std::int64_t kTimeMax = (std::int64_t{1} << 48) - 1;
constexpr std::array<std::string_view, 5> kOwnMembers = {"project", "source", "kind", "received_at",
                                                         "occurred_at"};
constexpr std::string_view kForeignProject = "default";
constexpr std::string_view kForeignSource = "sidekiq";

}  // namespace

void append_sidekiq_job(const Record& record, const SidekiqTarget& target, std::int64_t now_ms,
                        std::string& out) {
  out += R"({"class":)";
  append_json_string(out, target.job_class);
  out += R"(,"args":[)";
  append_record_json(record, out);
  out += R"(],"jid":")";
  append_hex(out, record.id.view().substr(record.id.bytes.size() - kJidIdBytes));
  out += R"(","queue":)";
  append_json_string(out, target.queue);
  out += R"(,"created_at":)";
  append_sidekiq_time(out, now_ms);
  out += R"(,"enqueued_at":)";
  append_sidekiq_time(out, now_ms);
  out += R"(,"retry":true})";
}

struct SidekiqJobReader::State {
  json::Reader job_reader;
  json::Reader args_reader;
  json::Reader event_reader;
  Draft draft;
  std::string event_text;
  std::string ip;

  // The job's own members.
  std::string_view job_class;
  std::string_view wrapped;
  std::string_view jid;
  std::string_view args;
  std::optional<std::int64_t> created_at_ms;
  std::optional<std::int64_t> enqueued_at_ms;

  // Members of the event that only a record of ours has. As JSON, empty where absent.
  struct OwnMember {
    std::string_view name;
    std::string json;
  };
  std::array<OwnMember, kOwnMembers.size()> own_members;
  std::string_view project;
  std::string_view source;
  std::string_view kind;
  std::optional<std::int64_t> received_at_ms;
  std::optional<std::int64_t> occurred_at_ms;

  Result<void> read_job(std::string_view job);
  Result<std::string_view> find_event();
  Result<void> read_event(std::string_view event);
  Result<void> take_event_member(std::string_view key, json::Value& value);
  bool is_own_record() const;
  Result<Record> finish_own();
  Result<Record> finish_foreign(std::string_view job, std::int64_t now_ms);
};

Result<void> SidekiqJobReader::State::read_job(std::string_view job) {
  job_class = wrapped = jid = args = {};
  created_at_ms.reset();
  enqueued_at_ms.reset();
  PENSTOCK_TRY(job_reader.read(job, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      const bool is_text = value.kind() == json::Kind::kString;
      if (key == "class" && is_text) job_class = *value.string();
      if (key == "wrapped" && is_text) wrapped = *value.string();
      if (key == "jid" && is_text) jid = *value.string();
      if (key == "created_at") created_at_ms = read_sidekiq_time(value);
      if (key == "enqueued_at") enqueued_at_ms = read_sidekiq_time(value);
      if (key != "args" || value.kind() != json::Kind::kArray) return {};
      const auto text = value.raw(kArgsDepthMax);
      if (!text) return fail(text.error());
      args = *text;
      return {};
    });
  }));
  if (job_class.empty()) return fail(ErrorCode::kRejected, "read a job: it has no class");
  if (args.empty()) return fail(ErrorCode::kRejected, "read a job: it has no args");
  return {};
}

// Finds the event in the first argument: as it stands in the job, or unwrapped into event_text.
Result<std::string_view> SidekiqJobReader::State::find_event() {
  std::string_view event;
  event_text.clear();
  const auto take_argument = [&](json::Value& value) -> Result<void> {
    if (!event.empty()) return {};
    if (value.kind() != json::Kind::kObject) {
      return fail(ErrorCode::kRejected, "read a job: its first argument is no object");
    }
    if (is_active_job_wrapper(job_class)) {
      const auto unwrapped = append_active_job_argument(value, event_text);
      event = event_text;
      return unwrapped;
    }
    const auto text = value.raw(kArgsDepthMax);
    if (!text) return fail(text.error());
    event = *text;
    return {};
  };
  const auto read = args_reader.read(
      args, [&](json::Value& root) -> Result<void> { return root.elements(take_argument); });
  if (!read) return fail(read.error());
  if (event.empty()) return fail(ErrorCode::kRejected, "read a job: it has no arguments");
  return event;
}

Result<void> SidekiqJobReader::State::read_event(std::string_view event) {
  draft.clear();
  for (std::size_t i = 0; i < own_members.size(); ++i) {
    own_members[i].name = kOwnMembers[i];
    own_members[i].json.clear();
  }
  project = source = kind = {};
  received_at_ms.reset();
  occurred_at_ms.reset();
  return event_reader.read(event, [&](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kObject) {
      return fail(ErrorCode::kRejected, "read a job: its first argument is no object");
    }
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      return take_event_member(key, value);
    });
  });
}

Result<void> SidekiqJobReader::State::take_event_member(std::string_view key, json::Value& value) {
  for (OwnMember& member : own_members) {
    if (member.name != key) continue;
    member.json.clear();
    if (value.kind() == json::Kind::kString) {
      if (key == "project") project = *value.string();
      if (key == "source") source = *value.string();
      if (key == "kind") kind = *value.string();
    } else if (const auto number = value.integer(); number && *number >= 0 && *number <= kTimeMax) {
      if (key == "received_at") received_at_ms = *number;
      if (key == "occurred_at") occurred_at_ms = *number;
    }
    return value.append_to(member.json, kPropertiesDepthMax - 1);
  }
  return draft.take(key, value);
}

bool SidekiqJobReader::State::is_own_record() const {
  return Id::from_hex(draft.text(TextField::kId)) && received_at_ms && occurred_at_ms &&
         project.size() <= kProjectBytesMax && source.size() <= kSourceBytesMax;
}

Result<Record> SidekiqJobReader::State::finish_own() {
  if (!kind.empty() && !is_kind(kind)) {
    return fail(ErrorCode::kRejected, "read a job: its event's kind is unknown");
  }
  Record record;
  record.kind = kind;
  record.id = *Id::from_hex(draft.text(TextField::kId));
  record.received_at_ms = *received_at_ms;
  record.occurred_at_ms = *occurred_at_ms;
  record.project = project.empty() ? kForeignProject : project;
  record.source = source.empty() ? kForeignSource : source;
  // Only a client has a "time"; a record of ours may hold one among its properties.
  record.properties = draft.properties();
  return record;
}

Result<Record> SidekiqJobReader::State::finish_foreign(std::string_view job, std::int64_t now_ms) {
  Record record;
  const std::optional<std::int64_t> made_at = received_at_ms  ? received_at_ms
                                              : created_at_ms ? created_at_ms
                                                              : enqueued_at_ms;
  record.received_at_ms = made_at && *made_at <= now_ms + kTimeFutureMaxMs ? *made_at : now_ms;
  // What the word means in another program's job is not ours to say.
  if (is_kind(kind)) record.kind = kind;
  for (const OwnMember& member : own_members) {
    const bool is_used =
        (member.name == "received_at" && received_at_ms == record.received_at_ms) ||
        (member.name == "kind" && !record.kind.empty());
    if (!member.json.empty() && !is_used) draft.keep(member.name, member.json);
  }
  const auto time = draft.settle_time(record.received_at_ms, true);
  record.occurred_at_ms = time.value_or(record.received_at_ms);
  record.project = kForeignProject;
  record.source = kForeignSource;
  const std::int64_t id_ms = time.value_or(start_of_day(record.received_at_ms));
  const std::string_view client_id = draft.text(TextField::kId);
  if (!client_id.empty()) {
    record.id = id_of_client(record.project, client_id, id_ms);
  } else {
    // Without any name of its own the job's text names it: a second delivery has the same bytes.
    record.id = id_of_client("", jid.empty() ? job : jid, id_ms);
  }
  record.properties = draft.properties();
  return record;
}

SidekiqJobReader::SidekiqJobReader() : state_(std::make_unique<State>()) {}
SidekiqJobReader::~SidekiqJobReader() = default;

Result<Record> SidekiqJobReader::read(std::string_view job, std::int64_t now_ms) {
  State& state = *state_;
  PENSTOCK_TRY(state.read_job(job));
  const auto event = state.find_event();
  if (!event) return fail(event.error());
  PENSTOCK_TRY(state.read_event(*event));
  auto record = state.is_own_record() ? state.finish_own() : state.finish_foreign(job, now_ms);
  if (!record) return record;
  if (state.draft.fault()) {
    return fail(ErrorCode::kRejected, "read a job: a member of its event breaks a rule");
  }
  const std::string_view kind = record->kind;
  state.draft.copy_texts(*record);
  record->ip = state.draft.text(TextField::kIp);
  if (const auto address = http::Address::parse(trim(record->ip))) {
    state.ip = address->text();
    record->ip = state.ip;
  }
  record->user_agent = utf8_prefix(state.draft.text(TextField::kUserAgent), kUserAgentBytesMax);
  if (record->name.empty() && !record->url.empty()) record->name = kPageviewName;
  if (record->name.empty()) {
    // A job that says nothing of what happened is still a happening: that it was made.
    record->name = state.wrapped.empty() ? state.job_class : state.wrapped;
    record->name = utf8_prefix(record->name, kNameBytesMax);
  }
  record->kind = kind.empty() ? default_kind(record->name) : kind;
  return record;
}

}  // namespace penstock::event
