// An answer as a client of ours reads it: bytes in, one answer out. llhttp does the parsing.
//
// For short answers of servers that nobody vouches for: their body is bounded, and so is all that
// comes before and around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <llhttp.h>

namespace penstock::http {

class ResponseParser {
 public:
  enum class Verdict : std::uint8_t { kMore, kWhole, kInvalid };

  explicit ResponseParser(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}
  ResponseParser(const ResponseParser&) = delete;  // llhttp points back here.
  ResponseParser& operator=(const ResponseParser&) = delete;

  // Forgets the last answer and keeps the memory.
  void begin();
  // Interim answers (1xx) are passed over. The connection is spoilt by bytes behind the answer.
  Verdict feed(std::string_view bytes);
  // The connection has ended: kWhole for an answer whose end that is, kInvalid for one cut off.
  Verdict finish();

  // In kWhole.
  std::uint16_t status() const { return status_; }
  const std::string& body() const { return body_; }
  std::int64_t retry_after_s() const { return retry_after_s_; }  // 0 where none is said.
  bool keeps_connection() const { return keeps_connection_; }
  // Whether a byte of this answer has come.
  bool has_begun() const { return wire_bytes_ > 0; }

 private:
  template <int (ResponseParser::*on_event)()>
  static int event(llhttp_t* parser) noexcept;
  template <int (ResponseParser::*on_data)(std::string_view)>
  static int data(llhttp_t* parser, const char* at, std::size_t length) noexcept;
  static const llhttp_settings_t& settings();

  int on_header_name(std::string_view name);
  int on_header_value(std::string_view value);
  int on_headers();
  int on_body(std::string_view bytes);
  int on_message();

  std::size_t body_bytes_max_;
  std::size_t wire_bytes_ = 0;
  std::uint16_t status_ = 0;
  std::int64_t retry_after_s_ = 0;
  bool keeps_connection_ = false;
  bool is_whole_ = false;
  bool is_name_open_ = false;  // llhttp is within a header's name.
  std::string name_;
  std::string value_;
  std::string body_;
  llhttp_t llhttp_{};
};

}  // namespace penstock::http
