// The frames of application/logplex-1: "LEN <PRI>1 TIME HOST APP PROCESS MSGID MESSAGE", one behind
// the other, LEN the bytes behind its blank. It is syslog's octet counting (RFC 6587) of lines that
// leave RFC 5424's structured data out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "adapter/contract/large_body.h"

namespace penstock::adapter {

// Of "LEN ", and of the line ends that may stand before it. An empty frame is one as well.
FrameHead read_logplex_head(std::string_view text);

// Takes the frames off a body, of which it keeps views.
class LogplexFrames {
 public:
  explicit LogplexFrames(std::string_view body) : rest_(body) {}

  // The next frame's text, which may be empty; nullopt at the end, and where no frame begins or the
  // last one is cut off. What is behind that cannot be told apart any more.
  std::optional<std::string_view> next();
  bool is_broken() const { return is_broken_; }

 private:
  std::optional<std::string_view> stop();

  std::string_view rest_;
  bool is_broken_ = false;
};

struct LogplexLine {
  std::optional<std::uint8_t> priority;  // 8 * facility + severity.
  std::string_view time;
  std::string_view host;
  std::string_view app;
  std::string_view process;
  std::string_view message_id;
  std::string_view message;
};

// "-" stands for nothing. A text without such a head is a message.
LogplexLine read_logplex_line(std::string_view frame);

// "err", by the low bits of a priority.
std::string_view severity_name(std::uint8_t priority);

}  // namespace penstock::adapter
