#include "server/connection.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "http/proxy_protocol.h"
#include "http/response_writer.h"

namespace penstock::server {
namespace {

// Answers that wait for a client before its next request is looked at; the last of them may go
// over. A few bytes ask for a large answer, so that what one read holds must not all be answered at
// once.
constexpr std::size_t kUnsentBytesMax = 65'536;

// Of an answer's own bytes, where the whole of it is kept for the next one.
constexpr std::size_t kWholeAnswerBytesMax = 1'024;

// What a client may still send after its refusal before we stop being polite: closing with bytes
// unread resets the connection and can take the answer away from the client.
constexpr std::size_t kLingerBytesMax = 4u << 20;

// The first byte of a client that begins to speak TLS, and of no request.
constexpr char kHandshakeRecord = '\x16';

// What a body must bring of itself, on average over a body_timeout_ms, to be given another;
// docs/decisions/0016 says why as much.
constexpr std::int64_t kBodyBytesPerSecondMin = 2'048;

// Behind the empty lines that may stand before a request, however the bytes were cut.
bool begins_handshake(std::string_view head) {
  const std::size_t first = head.find_first_not_of("\r\n");
  return first != std::string_view::npos && head[first] == kHandshakeRecord;
}

std::string_view error_of(std::uint16_t status) {
  switch (status) {
    case 405:
      return "method_not_allowed";
    case 408:
      return "timeout";
    case 411:
      return "length_required";
    case 413:
      return "body_too_large";
    case 414:
      return "target_too_long";
    case 417:
      return "expectation_failed";
    case 431:
      return "headers_too_large";
    case 501:
      return "not_implemented";
    case 503:
      return "overloaded";
    case 505:
      return "version_not_supported";
    default:
      return "bad_request";
  }
}

}  // namespace

void ConnectionHost::relieve() {
  if (request_buffers.bytes_in_use() <= limits.arriving_bytes_max) return;
  // A client that does not take its answer may have sent bytes behind its request, too.
  for (const Wait wait :
       {Wait::kAnswer, Wait::kLongBody, Wait::kBody, Wait::kHeaders, Wait::kSent}) {
    DeadlineLink* link = deadlines.oldest(wait);
    while (link != nullptr && request_buffers.bytes_in_use() > limits.arriving_bytes_max) {
      auto* const slowest = static_cast<Connection*>(link);
      link = deadlines.next(*link);
      if (slowest->arriving_bytes() > 0) slowest->give_up();
    }
  }
}

Connection::Connection(ConnectionHost& host, std::uint32_t slot, const Peer& peer)
    : host_(host), parser_(host.limits.parser, host.request_buffers), slot_(slot), peer_(peer) {}

Connection::~Connection() {
  drop_held();
  host_.deadlines.clear(*this);
}

bool Connection::open(int fd, const io::ListenerOptions& options) {
  io::make_transport(options, transport_, host_.loop, *this);
  if (!transport_->open(fd, peer_.is_unix)) return false;
  if (options.proxy_protocol && host_.limits.trusted_proxies.contains(peer_.address)) {
    state_ = State::kProxyHeader;
  } else if (transport_->begin_handshake({})) {
    state_ = State::kHandshake;
  }
  begin_wait();
  return true;
}

void Connection::turn_away() {
  if (peer_.is_tls) return close();
  constexpr std::string_view kDetail = "too many connections";
  http::Response response = http::error_response(503, error_of(503), kDetail);
  response.close = true;
  response.headers.emplace_back("Retry-After", "1");
  host_.handler.on_refusal(parser_.head(), error_of(503), kDetail, response);
  http::append_response(out(), response, host_.date(host_.clock.mono_us()), false, false);
  host_.counters.count(503);
  state_ = State::kSent;
  is_closing_ = true;
  flush();
}

bool Connection::wants_bytes() {
  if (state_ == State::kPeerEnd) return true;
  // What comes behind a watched request is one read of the next one; then its end is not seen.
  if (state_ == State::kAnswer) return is_watched_ && held_.empty() && !is_cut_;
  if (state_ > State::kLargeBody || is_reader_full_) return false;
  if (host_.is_paused) host_.sleepers.push_back(slot_);
  return !host_.is_paused;
}

void Connection::on_bytes(std::string_view bytes) {
  ConnectionHost& host = host_;
  switch (state_) {
    case State::kProxyHeader:
      read_proxy_header(bytes);
      return host.relieve();
    case State::kRequest:
    case State::kLargeBody:
      pump(bytes);
      return host.relieve();
    case State::kPeerEnd:
      progress_ += bytes.size();
      if (progress_ > kLingerBytesMax) close();
      return;
    case State::kAnswer:
      hold(bytes);
      begin_wait();
      return host.relieve();
    case State::kHandshake:
    case State::kSent:
      PENSTOCK_CHECK(false);  // The transport's own business, or wants_bytes() said no.
  }
}

void Connection::on_ready() {
  PENSTOCK_CHECK(state_ == State::kHandshake);
  state_ = State::kRequest;
  begin_wait();
}

// A peer that is trusted to send the header must: without it the address would be the proxy's.
void Connection::read_proxy_header(std::string_view bytes) {
  held_ += bytes;
  reserve_padding(held_);
  count_held();
  const auto header = http::parse_proxy_header(held_);
  if (!header) {
    if (peer_.is_tls) return close();
    const bool is_handshake = held_.front() == kHandshakeRecord;
    drop_held();
    if (is_handshake) {
      refuse_handshake();
      return flush();
    }
    refuse(400, "bad_request", "no valid PROXY header before the request");
    return flush();
  }
  if (!header->has_value()) {
    if (held_.size() > http::kProxyHeaderBytesMax) return close();
    return begin_wait();
  }
  if ((*header)->client) peer_.address = *(*header)->client;
  host_.deadlines.clear(*this);
  held_offset_ = (*header)->bytes;
  const std::string_view early = std::string_view(held_).substr(held_offset_);
  if (transport_->begin_handshake(early)) {
    state_ = State::kHandshake;
    drop_held();
    return begin_wait();
  }
  state_ = State::kRequest;
  pump(early);
}

// Reads what it can of `bytes`, which are the stream's or what was held, keeps the rest and sends
// what was answered meanwhile, in one write where it is little. May destroy the connection.
void Connection::pump(std::string_view bytes) {
  is_pumping_ = true;
  for (;;) {
    bytes = read_requests(bytes);
    const bool is_full = has_enough_unsent() && state_ == State::kRequest && !bytes.empty();
    if (!is_full || out_ == nullptr) break;
    if (!send_out()) return close();
    if (transport_->unsent_bytes() > 0) break;  // on_written() goes on.
  }
  is_pumping_ = false;
  hold(bytes);
  flush();
}

bool Connection::is_reading() const {
  return state_ == State::kRequest || (state_ == State::kLargeBody && !is_reader_full_);
}

std::string_view Connection::read_requests(std::string_view bytes) {
  while (is_reading() && !bytes.empty() && !host_.is_paused && !has_enough_unsent()) {
    if (parser_.is_idle()) began_us_ = host_.clock.mono_us();
    const http::Step step = parser_.feed(bytes);
    bytes.remove_prefix(step.consumed);
    // The parser stops early only where it saw something.
    PENSTOCK_CHECK(step.seen != http::Seen::kNothing || bytes.empty());
    if (!take_step(step.seen)) return {};
  }
  return bytes;
}

// False where the request is refused.
bool Connection::take_step(http::Seen seen) {
  switch (seen) {
    case http::Seen::kNothing:
      return true;
    case http::Seen::kHeaders:
      out() += http::kContinue;
      return true;
    case http::Seen::kLargeBody:
      return start_large_body();
    case http::Seen::kPart:
      pass_part();
      return true;
    case http::Seen::kRequest:
      state_ == State::kLargeBody ? end_large_body() : start_request();
      return true;
    case http::Seen::kRefused:
      break;
  }
  if (begins_handshake(parser_.head().text)) {
    refuse_handshake();
  } else {
    refuse(parser_.status(), error_of(parser_.status()), parser_.reason());
  }
  return false;
}

// Without a word: an answer in the clear would be read as a broken record.
void Connection::refuse_handshake() {
  host_.counters.tls_on_plain.add();
  host_.deadlines.clear(*this);
  parser_.abandon();
  state_ = State::kSent;
  is_closing_ = is_clean_ = true;
}

void Connection::begin_answer() {
  const http::Request& request = parser_.request();
  is_head_ = request.method == http::Method::kHead;
  is_http_1_0_ = request.minor_version == 0;
  keeps_alive_ = request.keep_alive;
  has_asked_ = true;
  is_cut_ = is_watched_ = false;
}

void Connection::start_request() {
  begin_answer();
  state_ = State::kAnswer;
  host_.deadlines.clear(*this);
  host_.handler.on_request(parser_.request(), peer_, host_.begin_request(slot_));
  // Its views were lent for the call. What waits for its answer holds no memory of the request.
  parser_.reset();
}

bool Connection::start_large_body() {
  const std::size_t whole_max = host_.handler.whole_body_bytes_max(parser_.request());
  if (whole_max > 0) return take_step(parser_.take_whole(whole_max));
  const Responder responder = host_.begin_request(slot_);
  reader_ = host_.handler.on_large_request(parser_.request(), peer_, responder);
  if (reader_ == nullptr) {
    host_.end_request(slot_);
    parser_.refuse_body();
    return take_step(http::Seen::kRefused);
  }
  begin_answer();
  state_ = State::kLargeBody;
  return take_step(parser_.take_in_parts());
}

// The reader may answer from within, which ends it here.
void Connection::pass_part() {
  const std::shared_ptr<BodyReader> reader = reader_;
  is_reader_full_ = !reader->on_part(parser_.part()) && state_ == State::kLargeBody;
}

void Connection::end_large_body() {
  const std::shared_ptr<BodyReader> reader = std::move(reader_);
  if (!parser_.part().empty()) reader->on_part(parser_.part());
  if (state_ != State::kLargeBody) return;
  state_ = State::kAnswer;
  host_.deadlines.clear(*this);
  parser_.reset();
  reader->on_whole();
}

void Connection::read_on() {
  if (!is_reader_full_) return;
  is_reader_full_ = false;
  if (held_.empty()) return begin_wait();
  pump(std::string_view(held_).substr(held_offset_));
}

void Connection::watch() {
  is_watched_ = true;
  transport_->resume();
}

bool Connection::may_keep_alive() const {
  return state_ == State::kAnswer && keeps_alive_ && !is_cut_ && !host_.is_draining;
}

void Connection::respond(const http::Response& response) {
  const bool keep_alive = may_keep_alive() && !response.close;
  const std::int64_t now_us = host_.clock.mono_us();
  http::append_response(out(), response, host_.date(now_us), keep_alive, is_head_);
  answered(response.status, keep_alive, now_us);
}

void Connection::respond_raw(std::string_view bytes, std::uint16_t status, bool keep_alive,
                             std::string_view lines) {
  keep_alive = keep_alive && may_keep_alive();
  const std::int64_t now_us = host_.clock.mono_us();
  // The usual case: nothing else leaves with it, and it is the same text as the one before.
  if (keep_alive && !is_http_1_0_ && !is_head_ && !is_pumping_ && held_.empty() &&
      out_ == nullptr && bytes.size() <= kWholeAnswerBytesMax) {
    const std::string_view answer = host_.whole_answer(status, lines, bytes, now_us);
    end_request(status, keep_alive, now_us);
    if (!transport_->write(answer)) return close();
    return begin_wait(now_us);
  }
  std::string& text = out();
  text += host_.status_and_date(status, now_us);
  text += lines;
  if (!keep_alive) {
    text += "Connection: close\r\n";
  } else if (is_http_1_0_) {
    text += "Connection: keep-alive\r\n";
  }
  if (is_head_) {
    const std::size_t end = bytes.find("\r\n\r\n");
    PENSTOCK_CHECK(end != std::string_view::npos);
    bytes = bytes.substr(0, end + 4);
  }
  text += bytes;
  answered(status, keep_alive, now_us);
}

void Connection::begin_parts(const http::Response& head) {
  PENSTOCK_CHECK(!is_pumping_ && parts_ == nullptr);
  const std::int64_t now_us = host_.clock.mono_us();
  http::append_head_of_parts(out(), head, host_.date(now_us), !is_http_1_0_);
  if (is_head_) return answered(head.status, false, now_us);
  parts_ = std::make_unique<AnswerParts>(head.status, !is_http_1_0_);
  if (!send_out()) return close();
  begin_wait();
}

Responder::Sent Connection::send_part(std::string_view part, std::function<void()> on_sent) {
  PENSTOCK_CHECK(parts_ != nullptr && !part.empty());
  parts_->append(out(), part);
  if (!send_out()) {
    close();
    return Responder::Sent::kGone;
  }
  begin_wait();
  if (transport_->unsent_bytes() == 0) return Responder::Sent::kNow;
  parts_->wait(std::move(on_sent));
  return Responder::Sent::kLater;
}

// A client of HTTP/1.0 is told by a reset.
void Connection::end_parts(bool is_whole) {
  PENSTOCK_CHECK(parts_ != nullptr);
  if (!is_whole) {
    transport_->reset();
    return close();
  }
  parts_->append_end(out());
  const std::uint16_t status = parts_->status();
  parts_.reset();
  answered(status, false, host_.clock.mono_us());
}

void Connection::end_request(std::uint16_t status, bool keep_alive, std::int64_t now_us) {
  PENSTOCK_CHECK(state_ == State::kAnswer || state_ == State::kLargeBody);
  host_.counters.count(status);
  host_.counters.request_seconds.observe_us(now_us - began_us_);
  host_.end_request(slot_);
  if (state_ == State::kLargeBody) {
    leave_body();
    state_ = State::kSent;
    is_closing_ = true;
  } else if (keep_alive) {
    state_ = State::kRequest;
  } else {
    state_ = State::kSent;
    is_closing_ = true;
    is_clean_ = !keeps_alive_;
  }
}

// Of a request that is answered before its end. The client may stay a while.
void Connection::leave_body() {
  host_.deadlines.clear(*this);
  parser_.abandon();
  reader_.reset();
  is_reader_full_ = false;
}

void Connection::answered(std::uint16_t status, bool keep_alive, std::int64_t now_us) {
  end_request(status, keep_alive, now_us);
  // An answer from within on_request() leaves with the pump that called it.
  if (is_pumping_) return;
  if (held_.empty()) return flush();
  pump(std::string_view(held_).substr(held_offset_));
}

void Connection::refuse(std::uint16_t status, std::string_view error, std::string_view detail) {
  http::Response response = http::error_response(status, error, detail);
  response.close = true;
  if (status == 405) response.headers.emplace_back("Allow", "GET, HEAD, POST, OPTIONS");
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  host_.handler.on_refusal(parser_.head(), error, detail, response);
  http::append_response(out(), response, host_.date(host_.clock.mono_us()), false, false);
  host_.counters.count(status);
  if (state_ == State::kLargeBody) host_.end_request(slot_);
  leave_body();
  state_ = State::kSent;
  is_closing_ = true;
}

// `bytes` are the end of held_ or of the loop's read buffer, which the next read overwrites.
void Connection::hold(std::string_view bytes) {
  if (bytes.empty() && held_.empty()) return;
  if (bytes.empty() || is_closing_) return drop_held();
  if (held_.empty()) {
    held_.reserve(bytes.size() + kReadablePadding);
    held_ = bytes;
  } else {
    held_offset_ = held_.size() - bytes.size();
  }
  count_held();
}

void Connection::drop_held() {
  if (!held_.empty()) std::string().swap(held_);
  held_offset_ = 0;
  count_held();
}

void Connection::count_held() {
  const std::size_t bytes = held_.empty() ? 0 : held_.capacity();
  host_.request_buffers.count_in_use(held_counted_, bytes);
  held_counted_ = bytes;
}

std::string& Connection::out() {
  if (out_ == nullptr) out_ = host_.texts.take();
  return *out_;
}

bool Connection::has_come_on() const {
  const std::int64_t due_bytes = kBodyBytesPerSecondMin * host_.limits.body_timeout_ms / 1'000;
  return parser_.body_bytes() > progress_ + static_cast<std::size_t>(due_bytes);
}

bool Connection::has_enough_unsent() const {
  const std::size_t bytes = out_ == nullptr ? 0 : out_->size();
  return bytes + transport_->unsent_bytes() >= kUnsentBytesMax;
}

// False: the client has gone.
bool Connection::send_out() {
  const Result<void> written = transport_->write(*out_);
  host_.texts.give_back(std::move(out_));
  return written.has_value();
}

void Connection::flush() {
  if (out_ != nullptr && !send_out()) return close();
  begin_wait();
}

// Begins the wait that belongs to the state, or goes on where nothing is to be waited for.
void Connection::begin_wait() {
  const bool is_sent = transport_->unsent_bytes() == 0;
  // The usual case, and nothing to ask the time for: the answer is the handler's to give.
  if (state_ == State::kAnswer && is_sent && held_.empty()) return;
  begin_wait(host_.clock.mono_us());
}

void Connection::begin_wait(std::int64_t now_us) {
  const bool is_sent = transport_->unsent_bytes() == 0;
  if (state_ == State::kRequest && !is_sent) state_ = State::kSent;
  switch (state_) {
    case State::kProxyHeader:
      host_.deadlines.set(*this, Wait::kHeaders, host_.reading_us(now_us));
      return;
    case State::kHandshake:
      host_.deadlines.set(*this, Wait::kHandshake, host_.reading_us(now_us));
      return;
    case State::kLargeBody:
      // The reader's pace, and not the client's.
      if (is_reader_full_) return host_.deadlines.clear(*this);
      [[fallthrough]];
    case State::kRequest: {
      const Wait idle = has_asked_ ? Wait::kRequest : Wait::kFirstRequest;
      const Wait body = wait == Wait::kLongBody ? wait : Wait::kBody;
      const Wait what = parser_.is_in_body()                 ? body
                        : parser_.is_idle() && held_.empty() ? idle
                                                             : Wait::kHeaders;
      if (what == Wait::kBody && wait != what) progress_ = parser_.body_bytes();
      host_.deadlines.set(*this, what, host_.reading_us(now_us));
      // Held bytes in this state mean that the server is paused; on_resumed() takes them up.
      if (!held_.empty()) host_.sleepers.push_back(slot_);
      return transport_->resume();
    }
    case State::kAnswer:
      if (is_sent) return host_.deadlines.set(*this, Wait::kAnswer, now_us);
      progress_ = transport_->unsent_bytes();
      host_.deadlines.set(*this, Wait::kSent, now_us);
      return;
    case State::kSent:
      if (is_sent) return finish();
      progress_ = transport_->unsent_bytes();
      host_.deadlines.set(*this, Wait::kSent, now_us);
      return;
    case State::kPeerEnd:
      host_.deadlines.set(*this, Wait::kPeerEnd, now_us);
      return transport_->resume();
  }
}

// The last answer is with the kernel. A client that asked for the close has no more to say; any
// other may be sending, and would lose the answer if we closed under its bytes.
void Connection::finish() {
  PENSTOCK_CHECK(is_closing_);
  if (is_clean_ && !transport_->has_input()) return close();
  transport_->end_writing();
  state_ = State::kPeerEnd;
  progress_ = 0;
  begin_wait();
}

void Connection::on_written() {
  if (wait == Wait::kSent) host_.deadlines.clear(*this);
  if (state_ == State::kAnswer) {
    begin_wait();
    // It may send the next, or go.
    if (parts_ != nullptr) parts_->tell_sent();
    return;
  }
  if (state_ != State::kSent) return;
  if (is_closing_) return finish();
  state_ = State::kRequest;
  pump(std::string_view(held_).substr(held_offset_));
}

void Connection::on_end(int /*error*/) { close(); }

void Connection::give_up() {
  drop_held();
  if (state_ == State::kAnswer) {
    is_cut_ = true;
    if (wait == Wait::kAnswer) host_.deadlines.clear(*this);
    return;
  }
  refuse(503, error_of(503), "too much is arriving at once, and this request has taken longest");
  flush();
}

void Connection::on_resumed() {
  if (is_reading() && !held_.empty()) {
    return pump(std::string_view(held_).substr(held_offset_));
  }
  transport_->resume();
}

void Connection::on_draining() {
  if (wait != Wait::kRequest && wait != Wait::kFirstRequest) return;
  host_.deadlines.clear(*this);
  begin_wait();
}

void Connection::time_out() {
  host_.counters.timeouts.add();
  if (state_ == State::kProxyHeader && peer_.is_tls) return close();
  refuse(408, error_of(408), "the request took too long to arrive");
  flush();
}

void Connection::on_deadline() {
  switch (wait) {
    case Wait::kNothing:
    case Wait::kAnswer:
      return;
    case Wait::kFirstRequest:
    case Wait::kRequest:
      // What has arrived but was not read yet is a request in time.
      if (!transport_->has_input()) return close();
      return on_draining();
    case Wait::kHandshake:
      host_.counters.timeouts.add();
      return close();
    case Wait::kBody:
    case Wait::kLongBody:
      if (!has_come_on()) return time_out();
      progress_ = parser_.body_bytes();
      host_.deadlines.clear(*this);
      host_.deadlines.set(*this, Wait::kLongBody, host_.reading_us(host_.clock.mono_us()));
      return;
    case Wait::kHeaders:
      return time_out();
    case Wait::kSent:
      host_.deadlines.clear(*this);
      if (transport_->unsent_bytes() < progress_) return begin_wait();
      host_.counters.timeouts.add();
      transport_->reset();
      return close();
    case Wait::kPeerEnd:
      return close();
  }
}

}  // namespace penstock::server
