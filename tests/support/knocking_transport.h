// A transport with a handshake that a test can play by hand: the client sends "knock", is answered
// "come in", and from then on all is plain. It stands in for TLS, with every call that TLS will
// make.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <uv.h>

#include "base/bytes.h"
#include "io/listener_options.h"
#include "io/loop.h"
#include "io/stream.h"
#include "io/timer.h"
#include "io/transport.h"

namespace penstock::testing {

inline constexpr std::string_view kKnock = "knock";
inline constexpr std::string_view kComeIn = "come in";

class KnockingTransport final : public io::Transport, private io::TransportEvents {
 public:
  KnockingTransport(io::Loop& loop, io::TransportEvents& events)
      : events_(events), stream_(loop, *this), later_(loop, [this] { go_on(); }) {}

  Result<void> open(int fd, bool is_unix) override { return stream_.open(fd, is_unix); }
  bool begin_handshake(std::string_view early) override {
    phase_ = Phase::kHandshake;
    kept_ = early;
    if (!kept_.empty()) later_.start_once(0);
    return true;
  }
  Result<void> write(std::string_view bytes) override { return stream_.write(bytes); }
  std::size_t unsent_bytes() const override { return stream_.unsent_bytes(); }
  void resume() override {
    stream_.resume();
    if (!kept_.empty()) later_.start_once(0);
  }
  void end_writing() override { stream_.end_writing(); }
  void reset() override { stream_.reset(); }
  bool has_input() const override { return !kept_.empty() || stream_.has_input(); }

 private:
  enum class Phase { kClear, kHandshake, kReady };

  bool wants_bytes() override { return events_.wants_bytes(); }
  void on_ready() override {}
  void on_bytes(std::string_view bytes) override {
    if (phase_ != Phase::kHandshake) return events_.on_bytes(bytes);
    kept_ += bytes;
    shake();
  }
  void on_end(int error) override {
    events_.on_end(phase_ == Phase::kHandshake && error == 0 ? UV_EPROTO : error);
  }
  void on_written() override {
    if (phase_ == Phase::kReady) events_.on_written();
  }

  void shake() {
    if (kept_.substr(0, kKnock.size()) != kKnock.substr(0, kept_.size())) {
      return events_.on_end(UV_EPROTO);
    }
    if (kept_.size() < kKnock.size()) return;
    kept_.erase(0, kKnock.size());
    phase_ = Phase::kReady;
    if (!stream_.write(kComeIn)) return events_.on_end(UV_ECONNRESET);
    if (!kept_.empty()) later_.start_once(0);
    events_.on_ready();
  }
  // What came behind the handshake, in a turn of its own, because each event may destroy this.
  void go_on() {
    if (phase_ == Phase::kHandshake) return shake();
    if (kept_.empty() || !events_.wants_bytes()) return;
    std::string bytes = std::exchange(kept_, {});
    reserve_padding(bytes);
    events_.on_bytes(bytes);
  }

  io::TransportEvents& events_;
  io::Stream stream_;
  io::Timer later_;
  Phase phase_ = Phase::kClear;
  std::string kept_;
};

class KnockingTransports final : public io::TransportFactory {
 public:
  std::unique_ptr<io::Transport> make(io::Loop& loop, io::TransportEvents& events) const override {
    return std::make_unique<KnockingTransport>(loop, events);
  }
};

}  // namespace penstock::testing
