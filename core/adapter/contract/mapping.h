// Where the members of a protocol's items stand in an event: a table of paths, and an item that is
// read by it.
//
// Everything that an item holds is kept in the event's properties under its own name, but for what
// the table says to drop and for texts that a column holds whole. So what a table does not know is
// never lost, and a person finds an event by the id that the client gave it. Where members of two
// levels have one name the deeper, which is the event's own, is the property, and the other stands
// in event::kItemProperty.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "event/draft.h"
#include "json/reader.h"

namespace penstock::adapter {

enum class Place : std::uint8_t {
  // Columns. A text, or a number as it is written; what is of another type is a property alone.
  kId,
  kName,
  kUrl,
  kReferrer,
  kUserId,
  kAnonymousId,
  kSessionId,
  kIp,  // These two count with a server-side key, as in every protocol.
  kUserAgent,
  kTime,    // As parse_client_time() reads it.
  kSentAt,  // The client's clock as it sent: dropped, and what tells how far it is off.
  kAge,     // Milliseconds that had passed as it was sent, where no time is said.
  kKey,     // Of a project: dropped.
  kType,    // What sort of item it is, for the adapter; kept.
  // An object whose members are properties of their own, and have paths of their own; where a JSON
  // text of one stands in its place its members are the event's own properties.
  kSpread,
  kSeen,  // For the adapter alone (text_at()); kept.
  kDropped,
};
inline constexpr std::size_t kPlaceCount = 17;

// "context.page.url", or "agents.0" for the first of an array. Of rules for one place the first
// counts whose member is there and not empty.
struct Rule {
  std::string_view path;
  Place place;
  std::uint8_t part = 0;  // With kSeen: what the adapter takes it for, part_text().
};
inline constexpr std::size_t kRulesMax = 64;

// A table of rules, and what is asked of it for every member, found out once: by the compiler,
// where the table is its. Borrows the table.
class Rules {
 public:
  using Bits = std::uint64_t;  // A bit a rule.

  constexpr Rules() = default;
  template <std::size_t count>
  constexpr Rules(const Rule (&rules)[count]) : rules_(rules) {
    static_assert(count <= kRulesMax);
    for (std::size_t i = 0; i < count; ++i) {
      if (!rules[i].path.empty()) beginning_[slot_of(rules[i].path)] |= Bits{1} << i;
      of_place_[static_cast<std::size_t>(rules[i].place)] |= Bits{1} << i;
    }
  }

  constexpr auto begin() const { return rules_.begin(); }
  constexpr auto end() const { return rules_.end(); }
  constexpr std::size_t size() const { return rules_.size(); }
  constexpr bool empty() const { return rules_.empty(); }
  constexpr const Rule& operator[](std::size_t i) const { return rules_[i]; }

  constexpr Bits all() const { return size() == kRulesMax ? ~Bits{0} : (Bits{1} << size()) - 1; }
  constexpr Bits of(Place place) const { return of_place_[static_cast<std::size_t>(place)]; }
  // That a member at the top may be meant by, and few others. `key` is not empty.
  constexpr Bits beginning_like(std::string_view key) const { return beginning_[slot_of(key)]; }

 private:
  static constexpr std::size_t kSlots = 32;
  static constexpr std::size_t slot_of(std::string_view path) {
    return static_cast<unsigned char>(path.front()) % kSlots;
  }

  std::span<const Rule> rules_;
  std::array<Bits, kSlots> beginning_{};
  std::array<Bits, kPlaceCount> of_place_{};
};

// What a client's clock is off by, or its request was under way, before its times are corrected:
// below it they stay as it wrote them, to the millisecond.
inline constexpr std::int64_t kSkewIgnoredMs = 5'000;

// One item of a request on its way to an event. Borrows everything; its texts are lent by what is
// read, until start(), which goes before the first one too.
class Item {
 public:
  Item(const Rules& rules, Workspace& workspace, event::Draft& draft);
  Item(Rules&& rules, Workspace& workspace, event::Draft& draft) = delete;

  // In place of kSkewIgnoredMs, where clients do not say anew when they send again.
  void ignore_skew_below(std::int64_t skew_ms) { skew_ignored_ms_ = skew_ms; }

  // Begins the next item, and the draft. With `common`, which may be of other rules and has a draft
  // of its own, the item has what that one found and kept, unless it has its own.
  void start(const Item* common = nullptr);

  // Takes an object's members. Fails only where the document does; another kind than an object
  // takes nothing.
  Result<void> take(json::Value& object);
  // The same for one member of it.
  Result<void> take(std::string_view key, json::Value& value);
  // The same for an object that lies in a text of one already taken: its members are the deeper.
  Result<void> take_deeper(json::Value& object);
  // The same for a member that stands, whatever the client's form of it, in the object at `path`.
  Result<void> take_below(std::string_view path, std::string_view key, json::Value& value);
  // Whether a rule is for it.
  bool is_known_below(std::string_view path, std::string_view key) const;
  // Forgets what was taken, but not what was set.
  void forget();
  // Of a query or a form, whose names are paths as they are written. Lent until start().
  void take_pair(std::string_view name, std::string_view text);

  // A property that no rule is asked about. A number is a JSON text.
  void keep_pair(std::string_view name, std::string_view text) { draft_.keep_pair(name, text); }
  void keep_json(std::string_view name, std::string_view json) { draft_.keep(name, json); }

  // What was found; empty where nothing was.
  std::string_view text(Place place) const;
  // What stands at a rule's path, whether it won or not.
  std::string_view text_at(std::string_view path) const;
  // Of the rules for a part the first whose text is there and not empty.
  std::string_view part_text(std::uint8_t part) const;
  // Whether the item itself has a member at a rule's path that is not null, of whatever type.
  bool has(std::string_view path) const;
  // Keeps a text, with kReadablePadding bytes behind it, until start().
  std::string_view hold(std::string text);
  Workspace& workspace() const { return workspace_; }
  // In place of what was found. "" takes it away. What was found stays a property.
  void set(Place place, std::string_view text);
  // The same for a text that is made for it: the item keeps it.
  void set_made(Place place, std::string text);
  // The text at a rule's path is kept no more.
  void drop(std::string_view path);
  // The same for the text that part_text() gives.
  void drop_part(std::uint8_t part);
  // One of event::kKinds. Without it the kind goes by the name.
  void set_kind(std::string_view kind) { kind_ = kind; }

  // Puts what was found into the draft. A clock that was wrong at `sent_at_ms` was as wrong at the
  // item's time; the item's own sending time goes before it.
  void finish(const Origin& origin, std::optional<std::int64_t> sent_at_ms = std::nullopt);

 private:
  using Candidates = Rules::Bits;
  enum class Form : std::uint8_t { kText, kNumber, kPair };
  // Without a beginning of its own: an item has room for many and finds few.
  struct Found {
    const char* text_data;
    const char* key_data;
    std::size_t text_bytes;
    std::size_t key_bytes;
    Form form;
    std::uint8_t depth;  // Of the draft's.

    std::string_view text() const { return {text_data, text_bytes}; }
    // Of a member that is not yet in the properties; else empty.
    std::string_view key() const { return {key_data, key_bytes}; }
  };

  void put_found(std::size_t rule, std::string_view text, std::string_view key, Form form);
  void forget_found(std::size_t rule);
  bool has_found(std::size_t rule) const;
  // Nullptr: nothing was found at that path, or no text.
  const Found* found_at(std::string_view path) const;
  std::optional<std::size_t> first_of(std::uint8_t part) const;
  Candidates rules_below(std::string_view path) const;
  Result<void> take_members(json::Value& object, std::size_t path_bytes, Candidates candidates,
                            bool is_kept);
  Result<void> take_member(std::string_view key, json::Value& value, std::size_t path_bytes,
                           Candidates candidates, bool is_kept);
  Result<void> take_spread(json::Value& object, std::size_t path_bytes, Candidates candidates,
                           bool is_kept);
  Result<void> take_first(json::Value& array, std::string_view key, std::size_t path_bytes,
                          Candidates candidates, bool is_kept);
  void keep_found(const Found& found);
  Candidates narrowed(std::string_view key, std::size_t path_bytes, Candidates candidates,
                      std::optional<std::size_t>& exact) const;
  void put_id();
  void put_time(const Origin& origin, std::optional<std::int64_t> sent_at_ms);
  void put_age(const Origin& origin);
  void keep_rest(bool is_server_side);

  const Rules& rules_;
  Workspace& workspace_;
  event::Draft& draft_;
  const Item* common_ = nullptr;
  std::string_view kind_;
  std::int64_t skew_ignored_ms_ = kSkewIgnoredMs;
  std::array<Found, kRulesMax> found_;  // Of the rules in filled_ alone.
  Candidates seen_ = 0;                 // Rules at whose path a member stands.
  Candidates filled_ = 0;
  Candidates worded_ = 0;                          // Of these the ones whose text is not empty.
  std::array<std::string_view, kPlaceCount> set_;  // Of the places in is_set_ alone.
  std::uint32_t is_set_ = 0;                       // A bit a place.
  std::string id_;                                 // Of one that is too long.
  std::forward_list<std::string> held_;
};

}  // namespace penstock::adapter
