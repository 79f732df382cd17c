#include "control/event_patch.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "enrich/referrer.h"
#include "enrich/url.h"
#include "event/kind.h"
#include "event/limits.h"
#include "json/reader.h"

namespace penstock::control {
namespace {

using event::Record;

struct Editable {
  std::string_view name;
  std::string_view Record::*place;
  std::size_t bytes_max;
};

constexpr Editable kEditable[] = {
    {"name", &Record::name, event::kNameBytesMax},
    {"kind", &Record::kind, event::kKindBytesMax},
    {"url", &Record::url, event::kUrlBytesMax},
    {"referrer", &Record::referrer, event::kUrlBytesMax},
    {"user_id", &Record::user_id, event::kIdentityBytesMax},
    {"anonymous_id", &Record::anonymous_id, event::kIdentityBytesMax},
    {"session_id", &Record::session_id, event::kIdentityBytesMax},
    {"properties", &Record::properties, kPatchedPropertiesBytesMax},
};

const Editable* editable(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kEditable), std::end(kEditable),
                   [name](const Editable& member) { return member.name == name; });
  return found == std::end(kEditable) ? nullptr : found;
}

// Of the member's new value, "" for null; nullopt with what is wrong.
std::optional<std::string> value_of(const Editable& member, json::Value& value, std::string& why) {
  if (value.kind() == json::Kind::kNull) return std::string();
  if (member.place == &Record::properties) {
    std::string text;
    if (value.kind() != json::Kind::kObject) {
      why = "expected a JSON object";
    } else if (!value.append_to(text, event::kPropertiesDepthMax)) {
      why = str_cat("nests deeper than ", event::kPropertiesDepthMax);
    } else {
      return text;
    }
    return std::nullopt;
  }
  const auto text = value.string();
  if (!text) {
    why = "expected a text or null";
    return std::nullopt;
  }
  // SQLite's own functions end a text there.
  if (text->find('\0') != std::string_view::npos) {
    why = "has a NUL in it";
    return std::nullopt;
  }
  return std::string(*text);
}

}  // namespace

std::optional<std::string> EventPatch::take(std::string_view name, json::Value& value) {
  const Editable* member = editable(name);
  if (member == nullptr) {
    return str_cat(utf8_prefix(name, 64), ": cannot be changed; name, kind, url, referrer, ",
                   "user_id, anonymous_id, session_id and properties can");
  }
  std::string why;
  auto text = value_of(*member, value, why);
  if (!text) return str_cat(name, ": ", why);
  if (text->size() > member->bytes_max) {
    return str_cat(name, ": longer than ", member->bytes_max, " bytes");
  }
  if (member->place == &Record::name && text->empty()) return std::string("name: may not be empty");
  if (member->place == &Record::kind && !event::is_kind(*text)) {
    return std::string("kind: no kind of event");
  }
  if (member->place == &Record::properties && text->empty()) *text = "{}";
  members_.push_back({member->place, *std::move(text)});
  return std::nullopt;
}

std::optional<std::string> EventPatch::read(std::string_view body) {
  std::optional<std::string> fault;
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& value) -> Result<void> {
      fault = take(name, value);
      return fault ? fail(ErrorCode::kRejected, "read a change") : Result<void>();
    });
  });
  if (fault) return fault;
  if (!read) return to_text(read.error());
  if (members_.empty()) return std::string("nothing is to be changed: name a member");
  return std::nullopt;
}

bool EventPatch::changes(std::string_view Record::*place) const {
  return std::any_of(members_.begin(), members_.end(),
                     [place](const Member& member) { return member.place == place; });
}

event::Row EventPatch::apply(const event::Row& row) {
  texts_.clear();
  event::Row after = row;
  for (const Member& member : members_) after.record.*member.place = member.text;
  if (changes(&Record::url)) {
    const enrich::UrlParts parts = enrich::split_url(after.record.url, texts_);
    after.host = parts.host;
    after.path = parts.path;
    after.utm_source = parts.utm_source;
    after.utm_medium = parts.utm_medium;
    after.utm_campaign = parts.utm_campaign;
  }
  if (changes(&Record::url) || changes(&Record::referrer)) {
    after.referrer_host = enrich::referrer_host(after.record.referrer, after.host, texts_);
  }
  return after;
}

}  // namespace penstock::control
