#include "console/api/endpoints/error_answers.h"

namespace penstock::console {
namespace {

void write_text(json::Writer& writer, std::string_view name, std::string_view text) {
  writer.key(name);
  if (text.empty()) {
    writer.null();
  } else {
    writer.value(text);
  }
}

template <class Number>
void write_number(json::Writer& writer, std::string_view name, std::optional<Number> number) {
  writer.key(name);
  if (number) {
    writer.value(*number);
  } else {
    writer.null();
  }
}

// 0 says that there is none.
template <class Number>
void write_positive(json::Writer& writer, std::string_view name, Number number) {
  write_number(writer, name, number > 0 ? std::optional(number) : std::nullopt);
}

template <class Numbers>
void write_numbers(json::Writer& writer, std::string_view name, const Numbers& numbers) {
  writer.key(name).begin_array();
  for (const auto number : numbers) writer.value(number);
  writer.end_array();
}

void write_range(json::Writer& writer, const GroupInRange& in_range) {
  const auto& trend = in_range.trend;
  write_number(writer, "events", trend ? std::optional(trend->all_events) : in_range.events);
  write_number(writer, "users", trend ? std::optional(trend->all_users) : std::nullopt);
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
  write_text(writer, "fingerprint", group.key.fingerprint);
  writer.member("class", group.class_name).member("message", group.message);
  write_text(writer, "place", group.place);
  write_text(writer, "level", group.level);
  writer.member("source", group.source).member("sample", group.sample_id);
  writer.member("count", group.count);
  writer.member("first_seen_at", group.first_seen_ms).member("last_seen_at", group.last_seen_ms);
  write_text(writer, "first_release", group.first_release);
  write_text(writer, "last_release", group.last_release);

  writer.member("state", to_text(group.state));
  write_positive(writer, "state_at", group.state_at_ms);
  write_text(writer, "state_by", group.state_by);
  write_text(writer, "after_release", group.resolved_release);
  write_positive(writer, "mute_until_count", group.mute_until_count);
  write_positive(writer, "mute_hour_max", group.mute_hour_max);
  write_positive(writer, "reopened_at", group.reopened_at_ms);
  write_text(writer, "reopened_by", group.reopened_by);
  write_text(writer, "assignee", group.assignee);

  writer.key("filter").begin_array();
  for (const std::string& text : condition_texts_of(group.key)) writer.value(text);
  writer.end_array();
  if (in_range != nullptr) write_range(writer, *in_range);
  writer.end_object();
}

}  // namespace penstock::console
