#include "tls/tls_transport.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <openssl/err.h>
#include <uv.h>

#include "base/bytes.h"
#include "base/check.h"

namespace penstock::tls {
namespace {

constexpr std::size_t kRecordBytesMax = SSL3_RT_MAX_PLAIN_LENGTH;

// What one read of the stream can hold, and the end of a record that began before it.
constexpr std::size_t kPlainBytes = io::Loop::kReadBufferBytes + kRecordBytesMax;

// Records that are written at once. What is gathered beyond goes out meanwhile.
constexpr std::size_t kGatheredBytesMax = 262'144;

// Both of the thread, as a loop's read buffer is of its loop: empty between two calls from outside.
thread_local std::array<char, kPlainBytes + kReadablePadding> plain_buffer;
thread_local std::string gathered;

}  // namespace

// While it stands, the session may read `bytes`; afterwards it tells whether an event has destroyed
// the transport.
class TlsTransport::Running {
 public:
  Running(TlsTransport& transport, std::string_view bytes) : transport_(transport) {
    PENSTOCK_CHECK(transport.is_gone_ == nullptr);
    transport.is_gone_ = &is_gone_;
    transport.source_ = bytes;
  }
  ~Running() {
    if (is_gone_) return;
    transport_.is_gone_ = nullptr;
    transport_.source_ = {};
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool is_over() const { return is_gone_; }

 private:
  TlsTransport& transport_;
  bool is_gone_ = false;
};

TlsTransport::TlsTransport(io::Loop& loop, io::TransportEvents& events, SessionPtr session,
                           std::shared_ptr<const void> context, HandshakeCounters& counters)
    : loop_(loop),
      events_(events),
      context_(std::move(context)),
      counters_(counters),
      stream_(loop, *this),
      session_(std::move(session)) {
  BIO* const bio = BIO_new(records());
  PENSTOCK_CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);  // Takes it.
}

TlsTransport::~TlsTransport() {
  if (is_gone_ != nullptr) *is_gone_ = true;
  if (phase_ == Phase::kHandshake) counters_.add(Outcome::kGivenUp);
  const bool may_write = phase_ == Phase::kReady || phase_ == Phase::kPeerEnd;
  if (may_write && stream_.unsent_bytes() == 0) say_goodbye();
}

bool TlsTransport::begin_handshake(std::string_view early) {
  PENSTOCK_CHECK(phase_ == Phase::kClear);
  phase_ = Phase::kHandshake;
  kept_ = early;
  if (!kept_.empty() || has_to_begin()) take_in_later();
  return true;
}

Result<void> TlsTransport::write(std::string_view bytes) {
  PENSTOCK_CHECK(phase_ != Phase::kClear && phase_ != Phase::kHandshake);
  if (bytes.empty()) return {};
  std::size_t written = 0;
  ERR_clear_error();
  is_gathering_ = bytes.size() > kRecordBytesMax;
  const bool is_written = phase_ != Phase::kBroken &&
                          SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) == 1;
  if (flush() && is_written) return {};
  ERR_clear_error();
  // Where the peer has gone, what it said last may still be read: why, for one.
  if (write_error_ == 0) phase_ = Phase::kBroken;
  return fail(ErrorCode::kDisconnected, write_error_ == 0 ? UV_EPIPE : write_error_, "write");
}

void TlsTransport::resume() {
  stream_.resume();
  if (!kept_.empty() || has_to_begin()) take_in_later();
}

void TlsTransport::end_writing() {
  PENSTOCK_CHECK(unsent_bytes() == 0);
  if (phase_ != Phase::kBroken) say_goodbye();
  ends_when_written_ = stream_.unsent_bytes() > 0;
  if (!ends_when_written_) stream_.end_writing();
}

void TlsTransport::reset() {
  if (phase_ == Phase::kHandshake) counters_.add(Outcome::kGivenUp);
  phase_ = Phase::kBroken;
  stream_.reset();
}

bool TlsTransport::wants_bytes() {
  return phase_ != Phase::kPeerEnd && phase_ != Phase::kBroken && events_.wants_bytes();
}

void TlsTransport::on_bytes(std::string_view bytes) {
  if (phase_ == Phase::kClear) return events_.on_bytes(bytes);
  if (kept_.empty()) return take_in(bytes, true);
  kept_ += bytes;
  const std::string all = std::exchange(kept_, {});
  take_in(all, true);
}

void TlsTransport::on_end(int error) {
  if (phase_ == Phase::kClear) return events_.on_end(error);
  if (phase_ == Phase::kHandshake) counters_.add(Outcome::kBroken);
  phase_ = Phase::kBroken;
  // Without a goodbye anybody may have cut it, so that the end is no end of what was said.
  events_.on_end(error == 0 ? UV_EOF : error);
}

void TlsTransport::on_written() {
  if (ends_when_written_) {
    ends_when_written_ = false;
    return stream_.end_writing();
  }
  // Once for all that was kept, of which the stream tells piece by piece.
  if (std::exchange(owes_written_, false) && phase_ != Phase::kHandshake) events_.on_written();
}

void TlsTransport::take_in(std::string_view bytes, bool is_asked) {
  const Running running(*this, bytes);
  if (phase_ == Phase::kHandshake) {
    if (!shake_hands(running) || source_.empty()) return;
    is_asked = false;
  }
  if (phase_ == Phase::kReady) read_records(running, is_asked);
}

// True: it is done, told, and this is still here.
bool TlsTransport::shake_hands(const Running& running) {
  SSL* const session = session_.get();
  ERR_clear_error();
  is_gathering_ = true;
  const int done = SSL_do_handshake(session);
  const int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(session, done);
  const bool is_sent = flush();
  if (is_sent && error == SSL_ERROR_WANT_READ) return false;
  if (!is_sent || done != 1) {
    phase_ = Phase::kBroken;
    error_ = ERR_peek_error();
    const Outcome outcome = is_sent ? take_outcome() : Outcome::kBroken;
    ERR_clear_error();
    counters_.add(outcome);
    events_.on_end(is_sent ? UV_EPROTO : write_error_);
    return false;
  }
  counters_.add(SSL_session_reused(session) == 1 ? Outcome::kResumed : Outcome::kFull);
  phase_ = Phase::kReady;
  events_.on_ready();
  return !running.is_over();
}

void TlsTransport::read_records(const Running& running, bool is_asked) {
  for (;;) {
    if (source_.empty()) return;
    if (!is_asked && !wants_bytes()) {
      kept_ = source_;
      return;
    }
    is_asked = false;
    const Decrypted decrypted = decrypt();
    if (decrypted.bytes > 0) {
      events_.on_bytes({plain_buffer.data(), decrypted.bytes});
      if (running.is_over()) return;
    }
    switch (decrypted.seen) {
      case Seen::kAllThereIs:
        return;
      case Seen::kEnoughAtOnce:
        break;
      case Seen::kPeerEnd:
        if (phase_ == Phase::kReady) phase_ = Phase::kPeerEnd;
        return events_.on_end(0);
      case Seen::kBroken:
        phase_ = Phase::kBroken;
        return events_.on_end(write_error_ == 0 ? UV_EPROTO : write_error_);
    }
  }
}

// Fills the thread's buffer. Whole records only: what is left is left to the source, and the
// session keeps nothing that has been decrypted.
TlsTransport::Decrypted TlsTransport::decrypt() {
  SSL* const session = session_.get();
  Decrypted out;
  ERR_clear_error();
  while (!source_.empty()) {
    if (kPlainBytes - out.bytes < kRecordBytesMax) {
      out.seen = Seen::kEnoughAtOnce;
      return out;
    }
    std::size_t count = 0;
    if (SSL_read_ex(session, plain_buffer.data() + out.bytes, kPlainBytes - out.bytes, &count) ==
        1) {
      out.bytes += count;
      continue;
    }
    const int error = SSL_get_error(session, 0);
    if (error == SSL_ERROR_WANT_READ) return out;
    out.seen = error == SSL_ERROR_ZERO_RETURN ? Seen::kPeerEnd : Seen::kBroken;
    error_ = ERR_peek_error();
    ERR_clear_error();
    return out;
  }
  return out;
}

// A client does, without having been sent anything.
bool TlsTransport::has_to_begin() const {
  SSL* const session = session_.get();
  return phase_ == Phase::kHandshake && SSL_is_server(session) == 0 && SSL_in_before(session) == 1;
}

// In a turn of its own, because each event may destroy this.
void TlsTransport::take_in_later() {
  if (later_ == nullptr) later_ = std::make_unique<io::Timer>(loop_, [this] { take_in_kept(); });
  later_->start_once(0);
}

void TlsTransport::take_in_kept() {
  if ((kept_.empty() && !has_to_begin()) || !wants_bytes()) return;
  const std::string all = std::exchange(kept_, {});
  take_in(all, true);
}

// The peer is told that this was all; what breaks then is of no interest.
void TlsTransport::say_goodbye() {
  if ((SSL_get_shutdown(session_.get()) & SSL_SENT_SHUTDOWN) != 0) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
  ERR_clear_error();
}

// False: the peer has gone.
bool TlsTransport::flush() {
  is_gathering_ = false;
  if (!gathered.empty()) {
    hand_on(gathered);
    gathered.clear();
  }
  return write_error_ == 0;
}

void TlsTransport::hand_on(std::string_view records) {
  const Result<void> written = stream_.write(records);
  if (!written) write_error_ = static_cast<int>(written.error().native);
  owes_written_ = stream_.unsent_bytes() > 0;
}

const BIO_METHOD* TlsTransport::records() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
    PENSTOCK_CHECK(made != nullptr);
    BIO_meth_set_read(made, read_from);
    BIO_meth_set_write(made, write_to);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

int TlsTransport::read_from(BIO* bio, char* out, int bytes_max) {
  auto* self = static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::size_t count = std::min(self->source_.size(), static_cast<std::size_t>(bytes_max));
  if (count == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  std::memcpy(out, self->source_.data(), count);
  self->source_.remove_prefix(count);
  return static_cast<int>(count);
}

int TlsTransport::write_to(BIO* bio, const char* bytes, int count) {
  auto* self = static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const std::string_view records(bytes, static_cast<std::size_t>(count));
  if (self->write_error_ != 0) return -1;
  if (!self->is_gathering_) {
    self->hand_on(records);
    return self->write_error_ == 0 ? count : -1;
  }
  if (gathered.size() + records.size() > kGatheredBytesMax) {
    if (!self->flush()) return -1;
    self->is_gathering_ = true;
  }
  gathered += records;
  return count;
}

long TlsTransport::control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace penstock::tls
