// One connection through TLS: the records of a session over a plain stream.
//
// OpenSSL reads out of the loop's read buffer and decrypts into a buffer of the thread's, so that
// an idle connection holds neither; what it writes goes to the stream as it comes. Several records
// of one read are handed over as one piece.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "io/transport.h"
#include "tls/handshake_counters.h"
#include "tls/openssl.h"
#include "tls/refusal.h"

namespace penstock::tls {

class TlsTransport final : public io::Transport, private io::TransportEvents {
 public:
  // Takes `session`, which was made by a context and is in the state to connect or to accept. Keeps
  // `context` for as long as it lives, and with it `counters`. Borrows the rest.
  TlsTransport(io::Loop& loop, io::TransportEvents& events, SessionPtr session,
               std::shared_ptr<const void> context, HandshakeCounters& counters);
  ~TlsTransport() override;

  Result<void> open(int fd, bool is_unix) override { return stream_.open(fd, is_unix); }
  bool begin_handshake(std::string_view early) override;
  Result<void> write(std::string_view bytes) override;
  std::size_t unsent_bytes() const override { return stream_.unsent_bytes(); }
  void resume() override;
  void end_writing() override;
  void reset() override;
  bool has_input() const override { return !kept_.empty() || stream_.has_input(); }

  // Why it broke, where it was TLS that did.
  Refusal refusal() const { return refusal_of(session_.get(), error_); }

 private:
  enum class Phase : std::uint8_t {
    kClear,
    kHandshake,
    kReady,
    kPeerEnd,  // Nothing more is read.
    kBroken,   // Nor is anything written.
  };
  enum class Seen : std::uint8_t { kAllThereIs, kEnoughAtOnce, kPeerEnd, kBroken };
  struct Decrypted {
    std::size_t bytes = 0;
    Seen seen = Seen::kAllThereIs;
  };
  class Running;

  bool wants_bytes() override;
  void on_ready() override {}
  void on_bytes(std::string_view bytes) override;
  void on_end(int error) override;
  void on_written() override;

  void take_in(std::string_view bytes, bool is_asked);
  bool shake_hands(const Running& running);
  void read_records(const Running& running, bool is_asked);
  Decrypted decrypt();
  bool has_to_begin() const;
  void take_in_kept();
  void take_in_later();
  void say_goodbye();
  bool flush();
  void hand_on(std::string_view records);

  static const BIO_METHOD* records();
  static int read_from(BIO* bio, char* out, int bytes_max);
  static int write_to(BIO* bio, const char* bytes, int count);
  static long control(BIO* bio, int command, long number, void* pointer);

  io::Loop& loop_;
  io::TransportEvents& events_;
  const std::shared_ptr<const void> context_;
  HandshakeCounters& counters_;
  io::Stream stream_;
  SessionPtr session_;
  std::string_view source_;  // Not yet read by the session; only while it runs.
  std::string kept_;         // The same, until somebody wants bytes.
  std::unique_ptr<io::Timer> later_;
  bool* is_gone_ = nullptr;  // Where a run looks whether an event destroyed this.
  int write_error_ = 0;
  unsigned long error_ = 0;  // OpenSSL's, when it broke.
  Phase phase_ = Phase::kClear;
  bool is_gathering_ = false;
  bool owes_written_ = false;  // Bytes were kept.
  bool ends_when_written_ = false;
};

}  // namespace penstock::tls
