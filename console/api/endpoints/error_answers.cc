#include "console/api/endpoints/error_answers.h"

namespace penstock::console {
namespace {

template <class Numbers>
void write_numbers(json::Writer& writer, std::string_view name, const Numbers& numbers) {
  writer.key(name).begin_array();
  for (const auto number : numbers) writer.value(number);
  writer.end_array();
}

void write_range(json::Writer& writer, const GroupInRange& in_range) {
  const auto& trend = in_range.trend;
  writer.member("events", trend ? std::optional(trend->all_events) : in_range.events);
  writer.member("users", trend ? std::optional(trend->all_users) : std::nullopt);
  writer.key("trend");
  if (!trend) {
    writer.null();
    return;
  }
  writer.begin_object();
  write_numbers(writer, "t", trend->at_s);
  write_numbers(writer, "events", trend->events);
  write_numbers(writer, "users", trend->users);
  writer.end_object();
}

}  // namespace

void write_group(json::Writer& writer, const ErrorGroup& group, const GroupInRange* in_range) {
  writer.begin_object().member("id", group.id).member("project", group.key.project);
  writer.member_or_null("fingerprint", group.key.fingerprint);
  writer.member("class", group.class_name).member("message", group.message);
  writer.member_or_null("place", group.place);
  writer.member_or_null("level", group.level);
  writer.member("source", group.source).member("sample", group.sample_id);
  writer.member("count", group.count);
  writer.member("first_seen_at", group.first_seen_ms).member("last_seen_at", group.last_seen_ms);
  writer.member_or_null("first_release", group.first_release);
  writer.member_or_null("last_release", group.last_release);

  writer.member("state", to_text(group.state));
  writer.member_or_null("state_at", group.state_at_ms);
  writer.member_or_null("state_by", group.state_by);
  writer.member_or_null("after_release", group.resolved_release);
  writer.member_or_null("mute_until_count", group.mute_until_count);
  writer.member_or_null("mute_hour_max", group.mute_hour_max);
  writer.member_or_null("reopened_at", group.reopened_at_ms);
  writer.member_or_null("reopened_by", group.reopened_by);
  writer.member_or_null("assignee", group.assignee);

  writer.key("filter").begin_array();
  for (const std::string& text : condition_texts_of(group.key)) writer.value(text);
  writer.end_array();
  if (in_range != nullptr) write_range(writer, *in_range);
  writer.end_object();
}

}  // namespace penstock::console
