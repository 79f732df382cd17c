#include "http/request_buffer.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "base/check.h"
#include "http/head_rules.h"
#include "http/plain_head.h"

#if !LLHTTP_STRICT_MODE
#error "llhttp's loose mode lets requests be smuggled: build it with LLHTTP_STRICT_MODE=1"
#endif

namespace penstock::http {
namespace {

// What a client may make us reserve by announcing it.
constexpr std::size_t kReservedAheadBytesMax = 65'536;
// Nobody is known to use chunk extensions; llhttp itself reads them without end.
constexpr std::size_t kChunkExtensionBytesMax = 4'096;

constexpr const char* kMalformed = "The request is not well-formed HTTP/1.1.";

Method method_of(int llhttp_method) {
  switch (llhttp_method) {
    case HTTP_GET:
      return Method::kGet;
    case HTTP_HEAD:
      return Method::kHead;
    case HTTP_POST:
      return Method::kPost;
    case HTTP_PUT:
      return Method::kPut;
    case HTTP_PATCH:
      return Method::kPatch;
    case HTTP_DELETE:
      return Method::kDelete;
    case HTTP_OPTIONS:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

Refusal refusal_of(llhttp_errno_t error) {
  // Other codes than these have one sentence; a list of all would differ between llhttp's versions.
  if (error == HPE_INVALID_METHOD) return {501, "The method is not known."};
  if (error == HPE_INVALID_URL) {
    return {400, "The request target holds a character that is not allowed."};
  }
  if (error == HPE_INVALID_HEADER_TOKEN) {
    return {400, "A header holds a character that is not allowed."};
  }
  if (error == HPE_INVALID_CONTENT_LENGTH || error == HPE_UNEXPECTED_CONTENT_LENGTH) {
    return {400, "Content-Length is no number, repeated, or beside Transfer-Encoding."};
  }
  if (error == HPE_INVALID_TRANSFER_ENCODING) {
    return {400, "Transfer-Encoding does not end in one \"chunked\"."};
  }
  if (error == HPE_INVALID_CHUNK_SIZE) return {400, "A chunk's size is malformed."};
  return {400, kMalformed};
}

}  // namespace

template <int (RequestBuffer::*on_event)()>
int RequestBuffer::event(llhttp_t* parser) noexcept {
  return (static_cast<RequestBuffer*>(parser->data)->*on_event)();
}

template <int (RequestBuffer::*on_data)(std::string_view)>
int RequestBuffer::data(llhttp_t* parser, const char* at, std::size_t length) noexcept {
  return (static_cast<RequestBuffer*>(parser->data)->*on_data)({at, length});
}

const llhttp_settings_t& RequestBuffer::settings() {
  static const llhttp_settings_t shared = [] {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_header_field = data<&RequestBuffer::on_header_name>;
    settings.on_header_value = data<&RequestBuffer::on_header_value>;
    settings.on_headers_complete = event<&RequestBuffer::on_headers>;
    settings.on_chunk_header = event<&RequestBuffer::on_chunk>;
    settings.on_chunk_extension_name = data<&RequestBuffer::on_chunk_extension>;
    settings.on_chunk_extension_value = data<&RequestBuffer::on_chunk_extension>;
    settings.on_body = data<&RequestBuffer::on_body>;
    settings.on_message_complete = event<&RequestBuffer::on_message>;
    return settings;
  }();
  return shared;
}

void RequestBuffer::begin(const ParserLimits& limits) {
  stage_ = Stage::kHead;
  is_name_open_ = has_headers_ = has_message_ = wants_continue_ = is_plain_ = false;
  is_large_ = is_in_parts_ = is_taken_whole_ = false;
  keeps_body_ = true;
  refusal_ = {};
  limits_ = &limits;
  body_bytes_max_ = limits.body_bytes_max;
  expected_bytes_ = received_bytes_ = extension_bytes_ = trailers_begin_ = 0;
  scanner_.begin_head();
  request_ = {};
  headers_.clear();
  head_.clear();
  body_.clear();
  part_.clear();
}

std::size_t RequestBuffer::capacity_bytes() const {
  return head_.capacity() + body_.capacity() + part_.capacity() +
         headers_.capacity() * sizeof(Header);
}

bool RequestBuffer::take_whole(std::size_t body_bytes_max) {
  is_large_ = false;
  is_taken_whole_ = true;
  body_bytes_max_ = body_bytes_max;
  return std::max(expected_bytes_, received_bytes_) <= body_bytes_max;
}

// Trailers have not begun to come: a large body is told of before they are looked at.
void RequestBuffer::take_in_parts() {
  is_large_ = false;
  is_in_parts_ = true;
  part_.swap(body_);
  body_.clear();
  trailers_begin_ = 0;
  request_.body = {};
}

std::size_t RequestBuffer::feed(std::string_view bytes) {
  PENSTOCK_CHECK(stage_ < Stage::kComplete);
  if (stage_ == Stage::kHead) {
    const std::size_t taken = head_.empty() ? feed_plain_head(bytes) : 0;
    return taken > 0 ? taken : feed_head(bytes);
  }
  if (stage_ == Stage::kBody) return feed_body(bytes);
  return feed_trailers(bytes);
}

// Appends to `text`, whose part from `begin` on is being scanned, what belongs to it.
RequestBuffer::Gathered RequestBuffer::gather(std::string& text, std::size_t begin,
                                              std::string_view bytes) {
  const std::size_t before = text.size() - begin;
  if (before == 0) {
    // The usual case, all in one piece, is scanned where it lies: what follows is not copied.
    const auto verdict = scanner_.scan(bytes, *limits_);
    const bool is_whole = verdict == HeadScanner::Verdict::kWhole;
    const std::size_t taken = is_whole ? scanner_.bytes() : bytes.size();
    text.append(bytes.substr(0, taken));
    return {verdict, taken};
  }
  // One byte past the limit is enough for the scanner to see that it is passed.
  const std::size_t bytes_max = HeadScanner::bytes_max(*limits_);
  const std::size_t room = bytes_max + 1 - std::min(before, bytes_max);
  text.append(bytes.substr(0, room));
  const auto verdict = scanner_.scan(std::string_view(text).substr(begin), *limits_);
  if (verdict != HeadScanner::Verdict::kWhole) return {verdict, bytes.size()};
  text.resize(begin + scanner_.bytes());
  return {verdict, scanner_.bytes() - before};
}

// 0 where the head is not plain.
std::size_t RequestBuffer::feed_plain_head(std::string_view bytes) {
  const auto plain = read_plain_head(bytes, *limits_, request_, headers_);
  if (!plain) {
    request_ = {};
    headers_.clear();
    return 0;
  }
  if (bytes.size() - plain->bytes >= plain->body_bytes) {
    request_.headers = headers_;
    request_.body = bytes.substr(plain->bytes, plain->body_bytes);
    stage_ = Stage::kComplete;
    return plain->bytes + plain->body_bytes;
  }
  // The views move to our copy.
  head_.assign(bytes, 0, plain->bytes);
  const auto moved = [&](std::string_view view) {
    return std::string_view(head_.data() + (view.data() - bytes.data()), view.size());
  };
  for (Header& header : headers_) header = {moved(header.name), moved(header.value)};
  request_.target = moved(request_.target);
  request_.path = moved(request_.path);
  // Where there is none it is a view of nothing.
  if (!request_.query.empty()) request_.query = moved(request_.query);

  is_plain_ = true;
  expected_bytes_ = plain->body_bytes;
  stage_ = Stage::kBody;
  return plain->bytes;
}

std::size_t RequestBuffer::feed_head(std::string_view bytes) {
  const auto [verdict, taken] = gather(head_, 0, bytes);
  if (verdict == HeadScanner::Verdict::kRefused) {
    refusal_ = scanner_.refusal();
    stage_ = Stage::kRefused;
  }
  if (verdict != HeadScanner::Verdict::kWhole) return taken;

  request_.target = scanner_.target_of(head_);
  llhttp_init(&llhttp_, HTTP_REQUEST, &settings());
  llhttp_.data = this;
  const llhttp_errno_t error = llhttp_execute(&llhttp_, head_.data(), head_.size());
  const char* const end = head_.data() + head_.size();
  // Should llhttp ever see another end of the head than the scanner, somebody could be smuggling.
  if (error == HPE_PAUSED && has_message_ && llhttp_get_error_pos(&llhttp_) == end) {
    complete();
  } else if (error == HPE_OK && has_headers_ && received_bytes_ == 0) {
    stage_ = Stage::kBody;
  } else {
    refuse_by(error);
  }
  return taken;
}

std::size_t RequestBuffer::feed_body(std::string_view bytes) {
  if (is_plain_) {
    bytes = bytes.substr(0, expected_bytes_ - received_bytes_);
    on_body(bytes);
    if (received_bytes_ == expected_bytes_) complete();
    return bytes.size();
  }
  wants_continue_ = false;
  const llhttp_errno_t error = llhttp_execute(&llhttp_, bytes.data(), bytes.size());
  if (error == HPE_OK) return bytes.size();
  if (error != HPE_PAUSED) {
    refuse_by(error);
    return bytes.size();
  }
  const auto taken = static_cast<std::size_t>(llhttp_get_error_pos(&llhttp_) - bytes.data());
  if (has_message_) {
    complete();
  } else {
    llhttp_resume(&llhttp_);
    stage_ = Stage::kTrailers;
    trailers_begin_ = body_.size();
    scanner_.begin_trailers();
  }
  return taken;
}

std::size_t RequestBuffer::feed_trailers(std::string_view bytes) {
  const auto [verdict, taken] = gather(body_, trailers_begin_, bytes);
  if (verdict == HeadScanner::Verdict::kRefused) {
    refusal_ = scanner_.refusal();
    stage_ = Stage::kRefused;
  }
  if (verdict != HeadScanner::Verdict::kWhole) return taken;

  const std::string_view trailers = std::string_view(body_).substr(trailers_begin_);
  const llhttp_errno_t error = llhttp_execute(&llhttp_, trailers.data(), trailers.size());
  const char* const end = trailers.data() + trailers.size();
  if (error == HPE_PAUSED && has_message_ && llhttp_get_error_pos(&llhttp_) == end) {
    body_.resize(trailers_begin_);
    complete();
  } else {
    refuse_by(error);
  }
  return taken;
}

void RequestBuffer::complete() {
  reserve_padding(body_);
  request_.headers = headers_;
  request_.body = body_;
  stage_ = Stage::kComplete;
}

// For callbacks: -1 makes llhttp stop.
int RequestBuffer::refuse(std::uint16_t status, const char* reason) {
  refusal_ = {status, reason};
  return -1;
}

void RequestBuffer::refuse_by(llhttp_errno_t error) {
  if (refusal_.status == 0) refusal_ = refusal_of(error);
  stage_ = Stage::kRefused;
}

int RequestBuffer::on_header_name(std::string_view name) {
  if (stage_ == Stage::kTrailers) return 0;
  if (is_name_open_) {
    std::string_view& open = headers_.back().name;
    open = {open.data(), open.size() + name.size()};
  } else {
    headers_.push_back(Header{name, {}});
  }
  is_name_open_ = true;
  return 0;
}

int RequestBuffer::on_header_value(std::string_view value) {
  if (stage_ == Stage::kTrailers) return 0;
  std::string_view& open = headers_.back().value;
  open = is_name_open_ ? value : std::string_view(open.data(), open.size() + value.size());
  is_name_open_ = false;
  return 0;
}

int RequestBuffer::on_headers() {
  has_headers_ = true;
  // An answer that does not upgrade is an answer (RFC 9110, 7.8). llhttp would stop for good.
  llhttp_.upgrade = 0;
  request_.method = method_of(llhttp_.method);
  request_.minor_version = llhttp_.http_minor;
  const bool says_close = (llhttp_.flags & F_CONNECTION_CLOSE) != 0;
  const bool says_keep_alive = (llhttp_.flags & F_CONNECTION_KEEP_ALIVE) != 0;
  request_.keep_alive = !says_close && (request_.minor_version == 1 || says_keep_alive);
  keeps_body_ = request_.method != Method::kGet && request_.method != Method::kHead;

  const bool is_chunked = (llhttp_.flags & F_CHUNKED) != 0;
  const std::size_t bytes_max =
      may_be_large() ? std::numeric_limits<std::size_t>::max() : body_bytes_max_;
  const HeadFacts facts{llhttp_.content_length, is_chunked, bytes_max};
  const Refusal refusal = check_head(facts, headers_, request_, wants_continue_);
  if (refusal.status != 0) return refuse(refusal.status, refusal.reason);
  request_.headers = headers_;
  if (!is_chunked) expected_bytes_ = static_cast<std::size_t>(llhttp_.content_length);
  is_large_ = expected_bytes_ > body_bytes_max_;
  return 0;
}

int RequestBuffer::on_chunk() {
  // The last one: what follows are trailers, which are gathered before llhttp sees them.
  return llhttp_.content_length == 0 ? HPE_PAUSED : 0;
}

int RequestBuffer::on_chunk_extension(std::string_view text) {
  extension_bytes_ += text.size();
  if (extension_bytes_ <= kChunkExtensionBytesMax) return 0;
  return refuse(413, "The chunk extensions are too large.");
}

int RequestBuffer::on_body(std::string_view bytes) {
  received_bytes_ += bytes.size();
  if (is_in_parts_) {
    part_.append(bytes);
    return 0;
  }
  if (received_bytes_ > body_bytes_max_) {
    if (!may_be_large()) return refuse(kBodyTooLarge.status, kBodyTooLarge.reason);
    // By no more than what one read has brought.
    is_large_ = true;
  }
  if (!keeps_body_) return 0;
  const std::size_t size = body_.size() + bytes.size();
  if (body_.capacity() < size + kReadablePadding) {
    const std::size_t ahead = std::min(expected_bytes_, size + kReservedAheadBytesMax);
    body_.reserve(std::max(size, ahead) + kReadablePadding);
  }
  body_.append(bytes);
  return 0;
}

int RequestBuffer::on_message() {
  has_message_ = true;
  return HPE_PAUSED;
}

}  // namespace penstock::http
