// Groups of errors: the list, one of them, and its events.
#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/error_acts.h"
#include "console/api/endpoints/error_answers.h"
#include "console/api/endpoints/error_range.h"
#include "console/api/endpoints/error_scope.h"
#include "console/api/request/answer_tag.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"
#include "store/contract/row_json.h"

namespace penstock::console {

namespace {

constexpr std::size_t kPageBytesMax = 8 << 20;
constexpr std::int64_t kTrendPointsMax = 32;
constexpr std::int64_t kSeriesPointsMax = 96;
// Of a large store a page's trends, or the users that it is sorted by, stay unknown behind this.
constexpr std::int64_t kTrendsUsMax = 1'500'000;

enum class Sort : std::uint8_t { kLastSeen, kFirstSeen, kCount, kEvents, kUsers };

// A group's place in the list: the largest key first, the newest group first among equal ones.
struct Place {
  std::int64_t key = 0;
  std::int64_t id = 0;
  std::size_t mark = 0;

  bool is_before(const Place& other) const {
    return key != other.key ? key > other.key : id > other.id;
  }
  std::string text() const { return str_cat(key, ".", id); }
  static std::optional<Place> parse(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto key = parse_int(text.substr(0, dot));
    const auto id = parse_int(text.substr(dot + 1));
    if (!key || !id) return std::nullopt;
    return Place{*key, *id, 0};
  }
};

// What is not known stands last.
std::int64_t key_of(const GroupMark& mark, Sort sort, const RangeCounts& counts,
                    std::optional<std::uint64_t> users) {
  switch (sort) {
    case Sort::kFirstSeen:
      return mark.first_seen_ms;
    case Sort::kCount:
      return static_cast<std::int64_t>(mark.count);
    case Sort::kEvents:
      return static_cast<std::int64_t>(counts.of(mark.key).value_or(0));
    case Sort::kUsers:
      return users ? static_cast<std::int64_t>(*users) : -1;
    case Sort::kLastSeen:
      break;
  }
  return mark.last_seen_ms;
}

// Whoever asked has gone, or the question cannot be answered at all.
bool is_final(const Error& error) {
  return error.code != ErrorCode::kOverloaded || error.native == ECANCELED;
}

void write_progress(json::Writer& writer, const GroupProgress& progress) {
  writer.member("is_counting", progress.is_behind);
  writer.member_or_null("counted_until", progress.counted_ms);
  writer.member("not_grouped", progress.refused);
}

void write_counts(json::Writer& writer, const GroupCounts& counts) {
  writer.key("counts").begin_object();
  for (const auto state :
       {GroupState::kOpen, GroupState::kResolved, GroupState::kMuted, GroupState::kIgnored}) {
    writer.member(to_text(state), counts[state]);
  }
  writer.end_object();
}

store::QueryDeadline short_deadline(const Call& call) {
  store::QueryDeadline deadline = call.deadline;
  if (deadline.clock == nullptr) return deadline;
  deadline.at_us = std::min(deadline.at_us, deadline.clock->mono_us() + kTrendsUsMax);
  return deadline;
}

struct ListQuestion {
  store::Range range;
  store::Filter filter;
  GroupChoice choice;
  Sort sort = Sort::kLastSeen;
  std::uint32_t limit = 0;
  std::string cursor;
};

ListQuestion read_list(QueryReader& query) {
  ListQuestion asked;
  asked.range = query.range();
  asked.filter = query.filter();
  const std::size_t state = query.one_of("state", {"open", "resolved", "muted", "ignored", "all"});
  if (state < 4) asked.choice.state = static_cast<GroupState>(state);
  asked.choice.search = query.text("search");
  asked.choice.assignee = query.text("assignee");
  asked.choice.project = asked.filter.project;
  asked.choice.first_seen_before_ms = asked.range.to_ms;
  asked.choice.last_seen_from_ms = asked.range.from_ms;
  asked.sort = static_cast<Sort>(
      query.one_of("sort", {"last_seen", "first_seen", "count", "events", "users"}));
  asked.limit = query.number("limit", 25, 1, 100);
  asked.cursor = query.text("cursor");
  return asked;
}

// The page's groups, in order; `next` is the cursor behind them.
std::vector<Place> page_of(const std::vector<GroupMark>& marks, const RangeCounts& counts,
                           const RangeUsers& users, const ListQuestion& asked,
                           const std::optional<Place>& after, std::string& next) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!counts.may_have(marks[i].key)) continue;
    const Place place{key_of(marks[i], asked.sort, counts, users.of(i)), marks[i].id, i};
    if (!after || after->is_before(place)) places.push_back(place);
  }
  const std::size_t shown = std::min<std::size_t>(places.size(), asked.limit);
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(shown),
                    places.end(), [](const Place& a, const Place& b) { return a.is_before(b); });
  if (shown < places.size()) next = places[shown - 1].text();
  places.resize(shown);
  return places;
}

Result<void> write_page(json::Writer& writer, const std::vector<Place>& page,
                        const std::vector<GroupMark>& marks, const RangeCounts& counts,
                        const RangeTrends& trends, Services& services) {
  writer.key("groups").begin_array();
  for (std::size_t i = 0; i < page.size(); ++i) {
    auto group = services.errors->find(page[i].id);
    if (!group) return fail(group.error());
    if (!*group) continue;  // It was forgotten just now.
    const GroupInRange in_range{counts.of(marks[page[i].mark].key), trends.of(i)};
    write_group(writer, **group, &in_range);
  }
  writer.end_array();
  return {};
}

http::Response get_errors(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const ListQuestion asked = read_list(query);
  if (auto refusal = query.refusal()) return *refusal;
  const auto after = Place::parse(asked.cursor);
  if (!after && !asked.cursor.empty()) return bad_parameter("cursor", "it is of no page");
  const auto progress = services.errors->progress(asked.choice.project);
  if (!progress) return failure_answer(progress.error());
  const AnswerTag tag(call, services,
                      str_cat(query.question(asked.range), " #", progress->revision), asked.range);
  if (auto unchanged = tag.unchanged()) return *unchanged;

  const auto marks = services.errors->list(asked.choice);
  if (!marks) return failure_answer(marks.error());
  const auto by_state = services.errors->counts(asked.choice.project);
  if (!by_state) return failure_answer(by_state.error());
  RangeCounts counts;
  const auto counted =
      counts.ask(services.queries->within(call.deadline), asked.range, asked.filter, *marks);
  if (!counted && is_final(counted.error())) return failure_answer(counted.error());
  RangeUsers users;
  if (asked.sort == Sort::kUsers) {
    const auto told = users.ask(services.queries->within(short_deadline(call)), asked.range,
                                asked.filter, *marks, counts);
    if (!told && is_final(told.error())) return failure_answer(told.error());
  }
  std::string next;
  const auto page = page_of(*marks, counts, users, asked, after, next);
  std::vector<ErrorKey> keys;
  keys.reserve(page.size());
  for (const Place& place : page) keys.push_back((*marks)[place.mark].key);
  RangeTrends trends;
  const auto told = trends.ask(services.queries->within(short_deadline(call)), asked.range,
                               asked.filter, keys, kTrendPointsMax);
  if (!told && is_final(told.error())) return failure_answer(told.error());

  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  const auto written = write_page(writer, page, *marks, counts, trends, services);
  if (!written) return failure_answer(written.error());
  writer.member_or_null("next_cursor", next);
  write_counts(writer, *by_state);
  write_progress(writer, *progress);
  writer.member("is_partial", counts.is_partial() || users.is_partial() || !told);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

std::optional<ErrorGroup> find_named(const Call& call, Services& services,
                                     http::Response& refusal) {
  const std::int64_t id = parse_int(call.segment).value_or(0);
  return find_group(call, services, id, Access::kViewer, refusal);
}

http::Response get_error(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  const store::Filter filter = query.filter();
  if (auto refusal = query.refusal()) return *refusal;
  const auto progress = services.errors->progress("");
  if (!progress) return failure_answer(progress.error());
  http::Response refusal;
  const auto group = find_named(call, services, refusal);
  if (!group) return refusal;
  const AnswerTag tag(call, services,
                      str_cat(query.question(range), " #", progress->revision, " of ", group->id),
                      range);
  if (auto unchanged = tag.unchanged()) return *unchanged;

  RangeTrends trends;
  const auto told = trends.ask(services.queries->within(call.deadline), range, filter, {group->key},
                               kSeriesPointsMax);
  if (!told && is_final(told.error())) return failure_answer(told.error());
  const GroupInRange in_range{std::nullopt, trends.of(0)};
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("group");
  write_group(writer, *group, &in_range);
  write_progress(writer, *progress);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_samples(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const store::Range range = query.range();
  store::Filter filter = query.filter();
  const store::Page page{query.number("limit", 20, 1, 100), query.text("cursor")};
  if (auto refusal = query.refusal()) return *refusal;
  http::Response refusal;
  const auto group = find_named(call, services, refusal);
  if (!group) return refusal;
  const AnswerTag tag(call, services, str_cat(query.question(range), " of ", group->id), range);
  if (auto unchanged = tag.unchanged()) return *unchanged;
  filter = filter_of(group->key, std::move(filter));
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("events").begin_array();
  std::string row_json;
  const auto next = services.queries->within(call.deadline)
                        .events(range, filter, page, [&](const event::Row& row) {
                          row_json.clear();
                          store::append_row_json(row, row_json);
                          writer.raw(row_json);
                          return body.size() < kPageBytesMax;
                        });
  if (!next) {
    if (next.error().code == ErrorCode::kRejected && !page.cursor.empty()) {
      return bad_parameter("cursor", next.error().step);
    }
    return failure_answer(next.error());
  }
  writer.end_array().member_or_null("next_cursor", *next);
  write_missing_days(writer, *services.queries);
  writer.end_object();
  return tag.put_on(json_answer(std::move(body)));
}

http::Response get_counts(Call& call, Services& services) {
  if (auto refusal = QueryReader(call.query, services.clock.wall_ms()).refusal()) return *refusal;
  GroupCounts counts;
  const Rights& rights = call.session->user.rights;
  std::vector<std::string> projects;
  for (const ProjectRole& one : rights.projects) projects.push_back(one.project);
  if (!rights.is_limited()) projects.emplace_back();
  for (const std::string& project : projects) {
    const auto some = services.errors->counts(project);
    if (!some) return failure_answer(some.error());
    counts += *some;
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_counts(writer, counts);
  writer.end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kListParameters[] = {
    {"state",
     R"({"type":"string","enum":["open","resolved","muted","ignored","all"],"default":"open"})",
     "Only groups in this state"},
    {"search", R"({"type":"string"})",
     "Only groups whose class, message or place contains it, in both cases"},
    {"assignee", R"({"type":"string"})", "Only groups of this user; none: of nobody"},
    {"sort",
     R"({"type":"string","default":"last_seen",
       "enum":["last_seen","first_seen","count","events","users"]})",
     "The newest or largest first; count is of all time, events and users of the range. Users are "
     "asked for of the 1,000 groups with the most events; what is not known stands last"},
    {"limit", R"({"type":"integer","minimum":1,"maximum":100,"default":25})", "Groups at most"},
    {"cursor", R"({"type":"string"})", "next_cursor of the page before"},
};
constexpr Parameter kSamplesParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":100,"default":20})", "Events at most"},
    {"cursor", R"({"type":"string"})", "next_cursor of the page before"},
};
constexpr const char* kErrors = R"({"title":"ErrorGroups","type":"object","properties":{
  "groups":{"type":"array","items":{"$ref":"#/components/schemas/ErrorGroup"}},
  "next_cursor":{"type":["string","null"],"description":"null on the last page"},
  "counts":{"$ref":"#/components/schemas/ErrorCounts"},
  "is_counting":{"type":"boolean","description":"Older events are still being read"},
  "counted_until":{"type":["integer","null"],
    "description":"Unix milliseconds: what was stored before is in its group"},
  "not_grouped":{"type":"integer","description":"Events that found no room in any group"},
  "is_partial":{"type":"boolean","description":"There was no time for all numbers of the range"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kOne = R"({"title":"OneErrorGroup","type":"object","properties":{
  "group":{"$ref":"#/components/schemas/ErrorGroup"},
  "is_counting":{"type":"boolean"},"counted_until":{"type":["integer","null"]},
  "not_grouped":{"type":"integer"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kSamples = R"({"title":"ErrorSamples","type":"object","properties":{
  "events":{"type":"array","items":{"$ref":"#/components/schemas/Event"}},
  "next_cursor":{"type":["string","null"],"description":"null on the last page"},
  "missing_days":{"$ref":"#/components/schemas/MissingDays"}}})";
constexpr const char* kCounts = R"({"title":"ErrorStates","type":"object","properties":{
  "counts":{"$ref":"#/components/schemas/ErrorCounts"}}})";

constexpr const char* kChange = R"({"type":"object","properties":{
  "state":{"type":"string","enum":["open","resolved","muted","ignored"]},
  "in_next_release":{"type":"boolean","default":false,
    "description":"With resolved: what comes in the newest release there is opens it no more"},
  "mute_events":{"type":"integer","minimum":1,
    "description":"With muted: it opens with the event that makes so many more"},
  "mute_until_grows":{"type":"boolean","default":false,"description":
    "With muted: it opens when an hour has over 10, and over twice what any of the week has"},
  "assignee":{"type":"string","description":"A user's e-mail address; empty: nobody"}}})";
constexpr const char* kChanges = R"({"type":"object","required":["ids"],
  "description":"Of each group as of one","properties":{
  "ids":{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":200},
  "state":{"type":"string","enum":["open","resolved","muted","ignored"]},
  "in_next_release":{"type":"boolean","default":false},
  "mute_events":{"type":"integer","minimum":1},
  "mute_until_grows":{"type":"boolean","default":false},
  "assignee":{"type":"string"}}})";
constexpr const char* kChanged = R"({"title":"ErrorsChanged","type":"object","properties":{
  "changed":{"type":"integer"},
  "gone":{"type":"integer","description":"Groups that are not there"}}})";
constexpr const char* kGroup = R"({"$ref":"#/components/schemas/ErrorGroup"})";
constexpr const char* kAssignees = R"({"title":"Assignees","type":"object","properties":{
  "users":{"type":"array","items":{"type":"string"}}}})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/errors",
     .access = Access::kViewer,
     .endpoint = get_errors,
     .lane = Lane::kQuestions,
     .scope = Scope::kProject,
     .summary = "Groups of errors that were seen in the range",
     .is_filtered = true,
     .parameters = kListParameters,
     .answer_schema = kErrors},
    {.method = kPatch,
     .path = "/api/v1/errors",
     .access = Access::kEditor,
     .endpoint = patch_errors,
     .scope = Scope::kItem,
     .summary = "Change several groups of errors, all or none; 422 with what is wrong",
     .body_schema = kChanges,
     .answer_schema = kChanged},
    {.method = kGet,
     .path = "/api/v1/errors/counts",
     .access = Access::kViewer,
     .endpoint = get_counts,
     .scope = Scope::kOwn,
     .summary = "How many groups of errors there are, by state, whenever they were seen",
     .answer_schema = kCounts},
    {.method = kGet,
     .path = "/api/v1/errors/assignees",
     .access = Access::kEditor,
     .endpoint = get_assignees,
     .scope = Scope::kOwn,
     .summary = "Whom a group of errors may be assigned to",
     .answer_schema = kAssignees},
    {.method = kGet,
     .path = "/api/v1/errors/{}",
     .access = Access::kViewer,
     .endpoint = get_error,
     .lane = Lane::kQuestions,
     .scope = Scope::kItem,
     .summary = "A group of errors",
     .is_filtered = true,
     .answer_schema = kOne},
    {.method = kPatch,
     .path = "/api/v1/errors/{}",
     .access = Access::kEditor,
     .endpoint = patch_error,
     .scope = Scope::kItem,
     .summary = "Change a group of errors: its state, who sees to it; 422 with what is wrong",
     .body_schema = kChange,
     .answer_schema = kGroup},
    {.method = kGet,
     .path = "/api/v1/errors/{}/samples",
     .access = Access::kViewer,
     .endpoint = get_samples,
     .lane = Lane::kQuestions,
     .scope = Scope::kItem,
     .summary = "The events of a group of errors, newest first",
     .is_filtered = true,
     .parameters = kSamplesParameters,
     .answer_schema = kSamples},
};

}  // namespace

std::span<const Route> errors_routes() { return kRoutes; }

}  // namespace penstock::console
