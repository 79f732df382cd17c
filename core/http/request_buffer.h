// A request while it is received: its bytes, and the llhttp parser that is at work on them.
//
// A head of the usual kind that comes in one piece is read at once (plain_head.h). Where its body,
// whose length it has said, came with it, both are lent from where they lie; else they are copied,
// the body as it comes. llhttp has no part in it.
// Any other head is gathered whole before llhttp sees it, so that HeadScanner can judge its raw
// bytes and header views point into one text however the input was cut. Body bytes go through
// llhttp as they come and are copied once; those of a body that is taken in parts, a part at a
// time. The last chunk's trailers are gathered like a head, and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <llhttp.h>

#include "http/head_scanner.h"
#include "http/message.h"
#include "http/request_parser.h"

namespace penstock::http {

inline constexpr Refusal kBodyTooLarge{413, "The body is too large."};

class RequestBuffer {
 public:
  enum class Stage : std::uint8_t { kHead, kBody, kTrailers, kComplete, kRefused };

  // Forgets the last request and keeps the memory. Borrows `limits` until the next begin().
  void begin(const ParserLimits& limits);

  // Requires a stage before kComplete. Takes bytes until the stage changes or they end, and returns
  // how many were taken. A request that is whole in `bytes` borrows them.
  std::size_t feed(std::string_view bytes);

  Stage stage() const { return stage_; }
  const Refusal& refusal() const { return refusal_; }  // In kRefused.
  const Request& request() const { return request_; }  // Where has_request().
  bool has_request() const { return stage_ == Stage::kComplete || is_large_ || is_in_parts_; }
  PartialHead head() const { return {head_}; }  // In any stage.
  // True in kBody where the client waits for "100 Continue".
  bool wants_continue() const { return wants_continue_; }

  // The body is over its limit, and nobody has said yet what is to become of it.
  bool is_large() const { return is_large_; }
  // Requires is_large(). The body's limit is another from here on. False: it is over that one too.
  bool take_whole(std::size_t body_bytes_max);
  // Requires is_large(). From here on the body is in part(), as much as came since forget_part().
  void take_in_parts();
  std::string_view part() const { return part_; }
  void forget_part() { part_.clear(); }

  std::size_t capacity_bytes() const;
  std::size_t body_bytes() const { return received_bytes_; }  // That have come, framing left out.

 private:
  struct Gathered {
    HeadScanner::Verdict verdict;
    std::size_t taken;
  };

  template <int (RequestBuffer::*on_event)()>
  static int event(llhttp_t* parser) noexcept;
  template <int (RequestBuffer::*on_data)(std::string_view)>
  static int data(llhttp_t* parser, const char* at, std::size_t length) noexcept;
  static const llhttp_settings_t& settings();

  int on_header_name(std::string_view name);
  int on_header_value(std::string_view value);
  int on_headers();
  int on_chunk();
  int on_chunk_extension(std::string_view text);
  int on_body(std::string_view bytes);
  int on_message();

  std::size_t feed_plain_head(std::string_view bytes);
  std::size_t feed_head(std::string_view bytes);
  std::size_t feed_body(std::string_view bytes);
  std::size_t feed_trailers(std::string_view bytes);
  Gathered gather(std::string& text, std::size_t begin, std::string_view bytes);
  void complete();
  bool may_be_large() const {
    return keeps_body_ && limits_->tells_large_bodies && !is_taken_whole_;
  }
  int refuse(std::uint16_t status, const char* reason);
  void refuse_by(llhttp_errno_t error);

  Stage stage_ = Stage::kHead;
  bool is_name_open_ = false;  // llhttp is within a header's name.
  bool has_headers_ = false;   // llhttp has seen the end of the headers,
  bool has_message_ = false;   // and of the whole request.
  bool keeps_body_ = true;     // False for GET and HEAD, whose bodies mean nothing.
  bool wants_continue_ = false;
  bool is_plain_ = false;  // The body is expected_bytes_, as they come.
  bool is_large_ = false;
  bool is_in_parts_ = false;
  bool is_taken_whole_ = false;
  Refusal refusal_;
  const ParserLimits* limits_ = nullptr;
  std::size_t body_bytes_max_ = 0;
  std::size_t expected_bytes_ = 0;  // Content-Length, or 0.
  std::size_t received_bytes_ = 0;  // Of the body.
  std::size_t extension_bytes_ = 0;
  std::size_t trailers_begin_ = 0;  // In body_, where trailers stay until they are whole.
  HeadScanner scanner_;
  Request request_;
  std::vector<Header> headers_;
  std::string head_;
  std::string body_;
  std::string part_;
  llhttp_t llhttp_{};
};

}  // namespace penstock::http
