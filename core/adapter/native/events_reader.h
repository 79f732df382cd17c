// Events as JSON: one, an array of them, or one a line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "adapter/contract/completion.h"
#include "adapter/contract/loose_members.h"

namespace penstock::adapter {

// For one request. Borrows everything; `members`, which may be nullptr, are every event's: a body's
// own members win over the query's, and the headers' over all.
class EventsReader {
 public:
  EventsReader(std::string_view source, bool partial, const LooseMembers* members,
               const Origin& origin, Workspace& workspace, RecordSink& sink)
      : partial_(partial),
        members_(members),
        workspace_(workspace),
        completion_(origin, source, workspace, sink) {}

  // As read_events() says. Requires kReadablePadding bytes behind `body`.
  ReadOutcome read_document(std::string_view body);
  ReadOutcome read_lines(std::string_view body);

 private:
  Result<void> take_event(json::Value& value);
  Result<void> take_line(std::size_t line, json::Value& value);
  Result<void> skip_line(std::size_t line, const Error& error);
  Result<void> reject(std::uint16_t status, std::string_view error, const std::string& problem);
  Result<void> refuse(std::uint16_t status, std::string_view error, std::string detail);
  void begin_event();
  void begin_line(std::size_t line);
  std::string place() const;
  ReadOutcome outcome();

  const bool partial_;
  const LooseMembers* members_;
  std::size_t loose_members_put_ = 0;
  Workspace& workspace_;
  Completion completion_;
  std::uint32_t accepted_ = 0;
  std::vector<Rejected> rejected_;
  std::optional<ReadOutcome> refusal_;
  std::uint32_t count_ = 0;          // Of events begun; the current one's index is one less.
  std::optional<std::size_t> line_;  // The current event's, from 0.
};

}  // namespace penstock::adapter
