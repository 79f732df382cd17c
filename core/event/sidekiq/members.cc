#include "event/sidekiq/members.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/json_text.h"
#include "event/sidekiq/time.h"
#include "json/writer.h"

namespace penstock::event {
namespace {

// As deep as any text may be: what others made is kept, whatever it is.
constexpr std::uint32_t kAnyDepth = 1024;

std::string padded(std::string_view text) {
  std::string copy;
  copy.reserve(text.size() + kReadablePadding);
  copy = text;
  return copy;
}

}  // namespace

Result<SidekiqMembers> SidekiqMembers::parse(std::string_view text) {
  const std::string copy = padded(text);
  SidekiqMembers result;
  json::Reader reader;
  const auto read = reader.read(copy, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      Member& member = result.members_.emplace_back();
      member.name = name;
      const auto raw = value.raw(kAnyDepth);
      if (!raw) return fail(raw.error());
      member.json = *raw;
      return {};
    });
  });
  if (read) return result;
  if (reader.failed_on_syntax()) return fail(ErrorCode::kCorrupt, "read a job: it is no JSON");
  return fail(ErrorCode::kRejected, "read a job: it is no object");
}

std::string_view SidekiqMembers::json(std::string_view name) const {
  const auto found = std::find_if(members_.rbegin(), members_.rend(),
                                  [name](const Member& member) { return member.name == name; });
  return found == members_.rend() ? std::string_view() : found->json;
}

void SidekiqMembers::read_scalar(std::string_view name,
                                 FunctionRef<void(json::Value& value)> use) const {
  const std::string_view text = json(name);
  if (text.empty()) return;
  const std::string copy = padded(text);
  json::Reader reader;
  // It was checked with the job; a value of another kind is passed over by `use`.
  static_cast<void>(reader.read(copy, [&](json::Value& value) -> Result<void> {
    use(value);
    return {};
  }));
}

std::optional<std::string> SidekiqMembers::text(std::string_view name) const {
  std::optional<std::string> result;
  read_scalar(name, [&](json::Value& value) {
    if (value.kind() == json::Kind::kString) result = *value.string();
  });
  return result;
}

std::optional<std::int64_t> SidekiqMembers::integer(std::string_view name) const {
  std::optional<std::int64_t> result;
  read_scalar(name, [&](json::Value& value) {
    if (const auto number = value.integer()) result = *number;
  });
  return result;
}

std::optional<std::int64_t> SidekiqMembers::time_ms(std::string_view name) const {
  std::optional<std::int64_t> result;
  read_scalar(name, [&](json::Value& value) { result = read_sidekiq_time(value); });
  return result;
}

void SidekiqMembers::set(std::string_view name, std::string json) {
  const auto found = std::find_if(members_.rbegin(), members_.rend(),
                                  [name](const Member& member) { return member.name == name; });
  Member& member = found == members_.rend() ? members_.emplace_back() : *found;
  member.name = name;
  member.json = std::move(json);
}

void SidekiqMembers::set_text(std::string_view name, std::string_view text) {
  std::string json;
  append_json_string(json, text);
  set(name, std::move(json));
}

void SidekiqMembers::set_time(std::string_view name, std::int64_t ms) {
  std::string json;
  append_sidekiq_time(json, ms);
  set(name, std::move(json));
}

void SidekiqMembers::remove(std::string_view name) {
  std::erase_if(members_, [name](const Member& member) { return member.name == name; });
}

std::string SidekiqMembers::finish() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  for (const Member& member : members_) writer.key(member.name).raw(member.json);
  writer.end_object();
  return out;
}

}  // namespace penstock::event
