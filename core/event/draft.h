// An event as its client wrote it, gathered member by member and checked against limits.h.
//
// What the client got wrong is kept as the draft's fault, the first one only, and reading goes on:
// so one bad event neither hides a fault of the syntax behind it nor costs its neighbours their
// place in the request. Texts are borrowed from whoever hands them in.
#pragma once

#include <array>
#include <cstdint>
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

// A rule that an event breaks: "url" and "is longer than 8192 bytes". Static storage.
struct Fault {
  std::string_view member;  // Empty where no one member is to blame.
  std::string_view problem;
};

class Draft {
 public:
  // Begins the next event. Buffers are kept.
  void clear();

  // A member of a native JSON event. Members that are not known go to the properties; null counts
  // as absent; of members with one name the last counts. Fails only where `value`'s document does.
  Result<void> take(std::string_view key, json::Value& value);
  // The same for a member whose value is known only as text.
  void take_text(std::string_view key, std::string_view text);

  // Adds a property, `json` a checked JSON text; one of the same name in the event's own
  // `properties` wins.
  void keep(std::string_view key, std::string_view json);
  void keep_text(std::string_view key, std::string_view text);
  // Moves a text field to the properties, if it is there.
  void keep_field(TextField field);

  void blame(const Fault& fault);
  const std::optional<Fault>& fault() const { return fault_; }

  // Empty where absent.
  std::string_view text(TextField field) const { return texts_[static_cast<std::size_t>(field)]; }
  void set_text(TextField field, std::string_view text);

  // The client's time if it lies in the window around `received_at_ms`. One that does not counts as
  // none and goes to the properties.
  std::optional<std::int64_t> settle_time(std::int64_t received_at_ms);

  // All properties as one object without duplicate names; empty where there are none. Lent until
  // the next clear().
  std::string_view properties();

  // Fills the record's texts from the fields, but for ip and user_agent; a kind that the client did
  // not say is the default by the name.
  void copy_texts(Record& record) const;

 private:
  struct Extra {
    std::string_view key;
    std::size_t begin;  // In extras_, of "key":value.
    std::size_t size;
    bool is_dropped;
  };

  Result<void> take_field(TextField field, json::Value& value);
  Result<void> take_time(json::Value& value);
  Result<void> take_properties(json::Value& value);
  void take_properties_text(std::string_view text);
  void take_time_text(std::string_view text);
  Result<void> take_extra(std::string_view key, json::Value& value);
  void drop_hidden_extras();

  std::array<std::string_view, kTextFieldCount> texts_{};
  std::optional<std::int64_t> time_ms_;
  std::string time_json_;
  std::string properties_;
  std::string extras_;
  std::string merged_;
  std::vector<Extra> extra_list_;
  std::vector<std::pair<std::string_view, std::size_t>> names_;
  std::optional<Fault> fault_;
  json::Reader nested_;
};

}  // namespace penstock::event
