// What every adapter does with an event that it has read: decides its id and times, adds what the
// connection says, and gives the record to the sink (id.h says how).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "event/draft.h"
#include "event/record.h"

namespace penstock::adapter {

// Texts of ReadOutcome::error.
inline constexpr std::string_view kInvalidEventError = "invalid_event";
inline constexpr std::string_view kEventTooLargeError = "event_too_large";
inline constexpr std::string_view kRequestTooLargeError = "request_too_large";

// For one request. Borrows everything.
class Completion {
 public:
  Completion(const Origin& origin, std::string_view source, Workspace& workspace, RecordSink& sink);

  // No event has the connection's address.
  void hide_connection() { hides_connection_ = true; }
  // Nor one that it says itself.
  void hide_address() { hides_address_ = true; }

  enum class End : std::uint8_t { kAdded, kInvalid, kEventTooLarge, kRequestTooLarge };

  // Completes the event in the workspace's draft and adds it to the sink. After kInvalid the
  // draft's fault says why.
  End add_draft();
  // Of the record that was added last.
  const event::Id& id() const { return id_; }

 private:
  void settle_connection(event::Record& record);
  void settle_name();
  void settle_id(event::Record& record);

  const Origin& origin_;
  std::string_view source_;
  Workspace& workspace_;
  RecordSink& sink_;
  std::string_view user_agent_;
  std::size_t bytes_ = 0;
  std::uint64_t unnamed_ = 0;  // Events of a piece that said no id.
  std::string name_;           // The last of theirs.
  event::Id id_;
  bool hides_connection_ = false;
  bool hides_address_ = false;
};

// An outcome that takes no event. `error` is a constant.
ReadOutcome refusal(std::uint16_t status, std::string_view error, std::string detail);

// "url is longer than 8192 bytes".
std::string to_text(const event::Fault& fault);

// `text` itself if it is UTF-8, else a repaired copy in `buffer`.
std::string_view as_utf8(std::string_view text, std::string& buffer);

}  // namespace penstock::adapter
