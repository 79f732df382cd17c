// An event as its client wrote it, gathered member by member and checked against limits.h.
//
// What the client got wrong is kept as the draft's fault, the first one only, and reading goes on:
// so one bad event neither hides a fault of the syntax behind it nor costs its neighbours their
// place in the request. What is no fault of anybody's is repaired: a url that is too long is cut, a
// NUL becomes U+FFFD. Texts are borrowed from whoever hands them in.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "event/record.h"
#include "json/reader.h"

namespace penstock::event {

enum class TextField : std::uint8_t {
  kId,
  kName,
  kKind,
  kUrl,
  kReferrer,
  kUserId,
  kAnonymousId,
  kSessionId,
  kIp,
  kUserAgent,
};
inline constexpr std::size_t kTextFieldCount = 10;

std::string_view member_name(TextField field);

// The name itself where an event has such a member at its top, else "". Static storage.
std::string_view known_member(std::string_view name);

// The property that names the members which were cut: ["url"].
inline constexpr std::string_view kCutProperty = "penstock_cut";

// The property that holds members of an item whose names its deeper members have: {"type":"track"}.
inline constexpr std::string_view kItemProperty = "penstock_item";

// A rule that an event breaks: "name" and "is longer than 256 bytes". Static storage.
struct Fault {
  std::string_view member;  // Empty where no one member is to blame.
  std::string_view problem;
};

class Draft {
 public:
  // Begins the next event. Buffers are kept.
  void clear();
  // Clears it, and gives back what its buffers hold beyond `keep_bytes` each; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

  // A member of a native JSON event. Members that are not known go to the properties; null counts
  // as absent; of members with one name the last counts. Fails only where `value`'s document does.
  Result<void> take(std::string_view key, json::Value& value);
  // The same for a member whose value is known only as text. A property that comes several times
  // is an array of them all.
  void take_text(std::string_view key, std::string_view text);

  // Adds a property, `json` a checked JSON text; one of the same name in the event's own
  // `properties` wins.
  void keep(std::string_view key, std::string_view json);
  void keep_text(std::string_view key, std::string_view text);
  // The same for any value; one that nests too deep is the draft's fault. Fails only where the
  // value's document does.
  Result<void> keep(std::string_view key, json::Value& value);
  // Takes an object's JSON text as the event's own properties, once an event, the deepest of all.
  // False: it is none or nests too deep, and nothing changed.
  bool take_properties_of(std::string_view object);
  // How deep in its client's item stands what is kept from now on, from 0. Of members with one name
  // the deepest keeps it, and what gives way goes into kItemProperty.
  void set_depth(std::uint8_t depth) { depth_ = depth; }
  std::uint8_t depth() const { return depth_; }
  // All that another draft keeps; lent by that one until its clear().
  void keep_all_of(const Draft& other);
  // Of a query or a form: a property that comes several times is an array of them all.
  void keep_pair(std::string_view key, std::string_view text);
  // Moves a text field to the properties, if it is there.
  void keep_field(TextField field) {
    if (!text(field).empty()) keep_given_field(field);
  }

  void blame(const Fault& fault);
  const std::optional<Fault>& fault() const { return fault_; }

  // Empty where absent.
  std::string_view text(TextField field) const { return texts_[static_cast<std::size_t>(field)]; }
  void set_text(TextField field, std::string_view text);
  // As set_text() with kPageviewName.
  void name_pageview();
  // Whether it came at all, be it empty.
  bool was_given(TextField field) const { return (given_ & bit_of(field)) != 0; }

  // The client's time, and the text that said it.
  void set_time(std::int64_t time_ms, std::string_view text);
  // A server's clock is believed; anybody else's if it lies in the window around
  // `received_at_ms`. A time that is not believed counts as none and goes to the properties.
  std::optional<std::int64_t> settle_time(std::int64_t received_at_ms, bool is_server);

  // All properties as one object without duplicate names; empty where there are none. Once an
  // event; lent until the next clear().
  std::string_view properties();

  // Fills the record's texts from the fields, but for ip and user_agent; a kind that the client did
  // not say is the default by the name.
  void copy_texts(Record& record) const;

 private:
  struct Extra {
    std::string_view key;
    std::size_t begin = 0;  // In extras_, of "key":value; a comma stands before.
    std::size_t value_begin = 0;
    std::size_t end = 0;
    std::uint8_t depth = 0;
    bool may_repeat = false;
    bool is_dropped = false;
    bool is_moved = false;  // Into kItemProperty.
  };

  static std::uint32_t bit_of(TextField field) { return 1u << static_cast<unsigned>(field); }

  [[gnu::noinline]] Result<void> take_any(std::optional<TextField> field, std::string_view key,
                                          json::Value& value);
  Result<void> take_field(TextField field, json::Value& value);
  Result<void> take_time(json::Value& value);
  Result<void> take_properties(json::Value& value);
  void take_properties_text(std::string_view text);
  void take_time_text(std::string_view text);
  std::string_view without_nul(std::string_view text);
  void keep_given_field(TextField field);
  void keep_cuts();
  Extra begin_extra(std::string_view key);
  // The same for a member of the event's own: ,"name": as one text.
  Extra begin_member(std::string_view beginning);
  void end_extra(Extra extra);
  // As set_text(), without a NUL in the text.
  void put_text(TextField field, std::string_view text);
  // One that is over its limit: cut, or the draft's fault. What is rare stands apart, so that the
  // usual text costs few instructions.
  [[gnu::noinline]] void put_long_text(TextField field, std::string_view text);
  [[gnu::noinline]] void put_kind(std::string_view text);
  bool may_hold_repeats() const;
  void settle_repeated_extras();
  void settle_run(std::size_t first, std::size_t end);
  std::size_t settle_depths(std::size_t first, std::size_t end);
  void append_moved();

  std::array<std::string_view, kTextFieldCount> texts_{};
  std::uint32_t given_ = 0;  // By bit_of().
  std::uint32_t plain_ = 0;  // Lie in a client's text between quotes, without escapes.
  std::uint32_t cut_ = 0;
  std::uint8_t depth_ = 0;
  bool hides_nothing_ = false;  // What properties_ have stands in kItemProperty as well.
  std::deque<std::string> repaired_;
  std::optional<std::int64_t> time_ms_;
  // As the client wrote it: in JSON, or else the words alone.
  std::string_view time_json_;
  std::string_view time_text_;
  std::string properties_;
  std::string extras_;
  std::string merged_;
  std::vector<Extra> extra_list_;
  std::vector<std::pair<std::string_view, std::size_t>> names_;
  std::optional<Fault> fault_;
  json::Reader nested_;
};

}  // namespace penstock::event
