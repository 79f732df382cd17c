// What a person changes in a stored event: {"name":"signup","user_id":null,"properties":{…}}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/text_arena.h"
#include "event/row.h"
#include "json/reader.h"

namespace penstock::control {

// Of properties, as JSON without white space: what the intake takes of an event by default.
inline constexpr std::size_t kPatchedPropertiesBytesMax = 262'144;

class EventPatch {
 public:
  // name, kind, url, referrer, user_id, anonymous_id, session_id and properties; null empties one,
  // and properties are replaced whole. What is wrong, for people ("url: longer than 8192 bytes"):
  // any other member, what is no text or over an event's limits, and nothing to be changed. Once;
  // requires kReadablePadding behind `body`.
  std::optional<std::string> read(std::string_view body);

  // Host, path, campaign and the referrer's host follow from what is changed; what enrichment found
  // in address and user agent stays. Views are lent until the next apply(), and `row`'s own.
  event::Row apply(const event::Row& row);

 private:
  struct Member {
    std::string_view event::Record::*place;
    std::string text;
  };
  std::optional<std::string> take(std::string_view name, json::Value& value);
  bool changes(std::string_view event::Record::*place) const;

  std::vector<Member> members_;
  enrich::TextArena texts_;
};

}  // namespace penstock::control
