// What the intake speaks, as docs/protocols.md tells it, and which of it delivers.
#include <optional>
#include <unordered_map>
#include <utility>

#include "adapter/guide.h"
#include "adapter/table.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answer_tag.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

// More than there are protocols: importers name sources of their own.
constexpr std::uint32_t kSourcesMax = 1000;

// What a source has sent in the range.
struct Delivered {
  std::uint64_t events = 0;
  std::optional<std::int64_t> last_event_ms;  // Of the newest by its own time.
};
using DeliveredBySource = std::unordered_map<std::string, Delivered>;

// Bits by place in the table.
std::uint64_t enabled(const ConsoleSettings& settings) {
  static_assert(adapter::kProtocolsMax <= ProtocolSwitches::kMost);
  if (settings.protocols != nullptr) return settings.protocols->bits();
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < adapter::protocols().size(); ++i) {
    bits |= std::uint64_t{adapter::protocols()[i]->is_enabled_by_default} << i;
  }
  return bits;
}

Result<std::optional<std::int64_t>> last_event_ms(store::Queries& queries,
                                                  const store::Range& range, store::Filter filter,
                                                  std::string_view source) {
  filter.conditions.push_back({store::Dimension::kSource, std::string(source)});
  std::optional<std::int64_t> found;
  auto read = queries.events(range, filter, {.limit = 1, .cursor = ""}, [&](const event::Row& row) {
    found = row.record.occurred_at_ms;
    return false;
  });
  if (!read) return fail(read.error());
  return found;
}

// A question for each source that delivers, which ends at its newest event.
Result<void> add_last_events(store::Queries& queries, const store::Range& range,
                             const store::Filter& filter, DeliveredBySource& delivered) {
  for (const adapter::Protocol* protocol : adapter::protocols()) {
    const auto found = delivered.find(std::string(protocol->name));
    if (found == delivered.end()) continue;
    auto last = last_event_ms(queries, range, filter, protocol->name);
    if (!last) return fail(last.error());
    found->second.last_event_ms = *last;
  }
  return {};
}

void write_paths(json::Writer& writer, const adapter::Protocol& protocol) {
  writer.key("paths").begin_array();
  for (const adapter::Route& route : protocol.routes) {
    writer.begin_object();
    writer.member("method", http::to_text(route.method)).member("path", route.pattern);
    writer.end_object();
  }
  writer.end_array();
}

void write_fields(json::Writer& writer, adapter::Rules rules) {
  writer.key("fields").begin_array();
  for (const adapter::Rule& rule : rules) {
    if (!adapter::is_told(rule)) continue;
    writer.begin_object();
    writer.member("from", rule.path).member("to", adapter::to_text(rule.place));
    writer.end_object();
  }
  writer.end_array();
}

void write_source(json::Writer& writer, const adapter::Protocol& protocol, bool is_enabled,
                  const Delivered& delivered) {
  const adapter::Guide& guide = protocol.guide;
  writer.begin_object();
  writer.member("name", protocol.name).member("title", guide.title);
  writer.member("clients", guide.clients).member("setting", guide.setting);
  writer.member("left_out", guide.left_out).member("is_enabled", is_enabled);
  write_paths(writer, protocol);
  write_fields(writer, guide.rules);
  writer.member("events", delivered.events);
  writer.member("last_event_at", delivered.last_event_ms).end_object();
}

void write_sources(json::Writer& writer, std::uint64_t enabled,
                   const DeliveredBySource& delivered) {
  writer.key("sources").begin_array();
  for (std::size_t i = 0; i < adapter::protocols().size(); ++i) {
    const adapter::Protocol& protocol = *adapter::protocols()[i];
    const auto found = delivered.find(std::string(protocol.name));
    write_source(writer, protocol, (enabled >> i & 1) != 0,
                 found == delivered.end() ? Delivered() : found->second);
  }
  writer.end_array();
}

http::Response get_sources(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const std::uint64_t are_on = enabled(services.settings);
  const AnswerTag tag(call, services, str_cat(query.question(range), ' ', are_on), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  store::Queries& queries = services.queries->within(call.deadline);
  auto entries = queries.top(range, store::Dimension::kSource, filter, kSourcesMax);
  if (!entries) return failure_answer(entries.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  // Of the question that looks at the whole range: those for the last events end early.
  write_missing_days(writer, queries);
  const bool is_whole = queries.missing_days().empty();
  DeliveredBySource delivered;
  for (store::TopEntry& entry : *entries) {
    delivered[std::move(entry.value)].events = entry.events;
  }
  if (auto added = add_last_events(queries, range, filter, delivered); !added) {
    return failure_answer(added.error());
  }
  write_sources(writer, are_on, delivered);
  writer.end_object();
  http::Response answer = json_answer(std::move(body));
  return is_whole ? tag.put_on(std::move(answer)) : answer;
}

constexpr const char* kSources =
    R"({"title":"Sources","type":"object","properties":{
  "missing_days":{"$ref":"#/components/schemas/MissingDays"},
  "sources":{"type":"array","items":{"title":"Source","type":"object","properties":{
    "name":{"type":"string","description":"The source of its events, and its key in [protocols]"},
    "title":{"type":"string"},
    "clients":{"type":"string","description":"What was tried. Here, and in setting, left_out )"
    R"(and to, what stands between backticks is code"},
    "setting":{"type":"string","description":"What to set in each of them: ORIGIN is the )"
    R"(intake's, HOST its host with a port, HOSTNAME and PORT these two apart, KEY )"
    R"(a key of the project"},
    "left_out":{"type":"string","description":"What is not supported; may be empty"},
    "is_enabled":{"type":"boolean","description":"In [protocols] of the configuration"},
    "paths":{"type":"array","items":{"title":"SourcePath","type":"object","properties":{
      "method":{"type":"string"},"path":{"type":"string","description":"{} takes one segment"}}}},
    "fields":{"type":"array","items":{"title":"SourceField","type":"object","properties":{
      "from":{"type":"string","description":"Where it stands in what the client sends"},
      "to":{"type":"string","description":"Where it goes, in the event"}}}},
    "events":{"type":"integer","description":"Of the range"},
    "last_event_at":{"type":["integer","null"],
      "description":"Unix milliseconds, by the event's own time; null where there is none"}}}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/sources",
     .access = Access::kViewer,
     .endpoint = get_sources,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "What the intake speaks, how to send by it, and which of it delivers",
     .is_filtered = true,
     .answer_schema = kSources},
};

}  // namespace

std::span<const Route> sources_routes() { return kRoutes; }

}  // namespace penstock::console
