// An answer of any length, on its way by parts: each as it is said to a client of its version, and
// who waits until the client has taken it.
//
// A client of HTTP/1.1 is sent chunks, and knows the whole by the last of them; one of HTTP/1.0 is
// sent the bytes and reads until the connection's end. Bytes in, bytes out: the connection, whose
// answer it is, sends them and tells when they have left.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::server {

class AnswerParts {
 public:
  AnswerParts(std::uint16_t status, bool is_chunked) : status_(status), is_chunked_(is_chunked) {}

  std::uint16_t status() const { return status_; }

  // `part` is not empty.
  void append(std::string& out, std::string_view part) const;
  void append_end(std::string& out) const;

  // The part did not leave at once: `on_sent` is called, once, by the next tell_sent().
  void wait(std::function<void()> on_sent) { on_sent_ = std::move(on_sent); }
  // All that was appended is with the kernel. May destroy the answer.
  void tell_sent();

 private:
  std::uint16_t status_;
  bool is_chunked_;
  std::function<void()> on_sent_;
};

}  // namespace penstock::server
