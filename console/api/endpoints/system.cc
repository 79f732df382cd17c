// The product itself: its programs and what they count, the store's days, the settings in effect,
// and all of it in one file for whoever helps.
#include <utility>

#include <sys/utsname.h>

#include "app/process/state_lock.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/system_parts.h"
#include "console/api/request/answers.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

http::Response get_system(Call&, Services& services) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("version", services.settings.version);
  writer.member("time", services.clock.wall_ms());
  writer.member("started_at", services.started_at_ms);
  writer.key("programs").begin_array();
  for (const std::string_view program : kPrograms) {
    const auto file = app::find_running(services.settings.state_dir, program);
    writer.begin_object();
    writer.member("name", program);
    writer.member("running", file.has_value());
    write_texts(writer, "listen", file ? file->listen : std::vector<std::string>());
    write_texts(writer, "tls_listen", file ? file->tls_listen : std::vector<std::string>());
    writer.end_object();
  }
  writer.end_array().key("store");
  write_outlook(writer, services);
  writer.end_object();
  return json_answer(std::move(body));
}

http::Response get_programs(Call&, Services& services) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("time", services.clock.wall_ms());
  write_programs(writer, services);
  writer.end_object();
  return json_answer(std::move(body));
}

http::Response get_store(Call& call, Services& services) {
  services.queries->within(call.deadline);
  std::string body;
  json::Writer writer(body);
  write_store(writer, services);
  return json_answer(std::move(body));
}

http::Response get_configuration(Call&, Services& services) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("settings");
  write_settings(writer, services);
  writer.end_object();
  return json_answer(std::move(body));
}

http::Response get_bundle(Call& call, Services& services) {
  services.queries->within(call.deadline);
  const std::int64_t now_ms = services.clock.wall_ms();
  utsname machine{};
  static_cast<void>(::uname(&machine));
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("version", services.settings.version).member("time", now_ms);
  writer.member("kernel", str_cat(machine.sysname, " ", machine.release, " ", machine.machine));
  write_programs(writer, services);
  writer.key("queue");
  write_queue(writer, services);
  writer.key("store");
  write_store(writer, services);
  writer.key("settings");
  write_settings(writer, services);
  writer.end_object();
  auto answer = json_answer(std::move(body));
  answer.headers.emplace_back("Content-Disposition", str_cat("attachment; filename=\"penstock-",
                                                             day_text(now_ms), ".json\""));
  return answer;
}

constexpr const char* kSystem =
    R"({"title":"System","type":"object","properties":{"version":{"type":"string"},
  "time":{"type":"integer"},"started_at":{"type":"integer"},
  "programs":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},
    "running":{"type":"boolean"},"listen":{"type":"array","items":{"type":"string"}},
    "tls_listen":{"type":"array","items":{"type":"string"}}}}},
  "store":{"$ref":"#/components/schemas/Outlook"}}})";
constexpr const char* kProgramStates = R"({"title":"Programs","type":"object","properties":{
  "time":{"type":"integer"},
  "programs":{"type":"array","items":{"title":"Program","type":"object","properties":{
    "name":{"type":"string"},
    "state":{"type":"string","enum":["ready","not_ready","silent","running","absent"],
      "description":"silent: it runs and does not answer; running: it has no admin port to ask"},
    "not_ready":{"type":"array","items":{"type":"string"},"description":"Why, in sentences"},
    "version":{"type":["string","null"]},
    "started_at":{"type":["integer","null"],"description":"Unix milliseconds"},
    "resident_bytes":{"type":["integer","null"]},
    "listen":{"type":"array","items":{"type":"string"}},
    "tls_listen":{"type":"array","items":{"type":"string"}}}}},
  "counts":{"title":"Counts","type":"object",
    "description":"Since intake and worker started; null where they cannot be asked","properties":{
    "received":{"type":["integer","null"],"description":"Events: queued and spooled"},
    "queued":{"type":["integer","null"]},"spooled":{"type":["integer","null"]},
    "rejected":{"type":["integer","null"],"description":"Not valid"},
    "refused":{"type":["integer","null"],"description":"No room or no right"},
    "connections":{"type":["integer","null"]},"stored":{"type":["integer","null"]},
    "duplicates":{"type":["integer","null"]},"dead":{"type":["integer","null"]},
    "answers":{"type":"array","items":{"$ref":"#/components/schemas/Counted"},
      "description":"Requests by status"},
    "dropped":{"type":"array","items":{"$ref":"#/components/schemas/Counted"},
      "description":"By reason"},
    "marked":{"type":"array","items":{"$ref":"#/components/schemas/Counted"},
      "description":"By reason"},
    "unknown_keys":{"type":"array","items":{"$ref":"#/components/schemas/Counted"},
      "description":"By how keys begin that are in no list"}}}}})";
constexpr const char* kStore = R"({"title":"StoreDays","type":"object","properties":{
  "days":{"type":"array","description":"Newest first",
    "items":{"title":"StoreDay","type":"object","properties":{
    "day":{"type":"string","description":"Of UTC"},"bytes":{"type":"integer"},
    "events":{"type":["integer","null"],"description":"null where it cannot be read"}}}},
  "free_bytes":{"type":"integer","description":"Of its filesystem"},
  "retention_days":{"type":"integer","description":"0: all are kept"},
  "rules":{"type":"array","description":"Of store.retain","items":{"title":"RetentionRule",
    "type":"object","properties":{
    "project":{"type":"string","description":"Empty: of all"},
    "kind":{"type":"string","description":"Empty: of all"},
    "days":{"type":"integer","description":"0: for ever"},
    "oldest_at":{"type":["integer","null"],"description":"Of the events that it is of"},
    "removed":{"type":"integer","description":"Events that it has deleted so far"}}}},
  "outlook":{"$ref":"#/components/schemas/Outlook"}}})";
constexpr const char* kConfiguration = R"({"title":"Configuration","type":"object","properties":{
  "settings":{"type":"array","items":{"title":"Setting","type":"object","properties":{
    "name":{"type":"string"},"value":{"type":"string","description":"As TOML writes it"},
    "set_at":{"type":["string","null"],"description":"null: by default"},
    "is_waiting":{"type":"boolean",
      "description":"Its source says something else by now, which the next start takes"}}}}}})";
constexpr const char* kBundle = R"({"type":"object"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/system",
     .access = Access::kViewer,
     .endpoint = get_system,
     .summary = "Version, programs and the store's room",
     .answer_schema = kSystem},
    {.method = kGet,
     .path = "/api/v1/system/programs",
     .access = Access::kViewer,
     .endpoint = get_programs,
     .lane = Lane::kQueue,
     .summary = "What each program says of itself, and what was counted",
     .answer_schema = kProgramStates},
    {.method = kGet,
     .path = "/api/v1/system/store",
     .access = Access::kViewer,
     .endpoint = get_store,
     .lane = Lane::kQuestions,
     .summary = "The store by day",
     .answer_schema = kStore},
    {.method = kGet,
     .path = "/api/v1/system/configuration",
     .access = Access::kAdmin,
     .endpoint = get_configuration,
     .summary = "The settings in effect in the console, without passwords, and where they are set",
     .answer_schema = kConfiguration},
    {.method = kGet,
     .path = "/api/v1/system/bundle",
     .access = Access::kAdmin,
     .endpoint = get_bundle,
     .lane = Lane::kQueue,
     .summary = "All of this in one file for whoever helps: no events, no passwords",
     .answer_schema = kBundle},
};

}  // namespace

std::span<const Route> system_routes() { return kRoutes; }

}  // namespace penstock::console
