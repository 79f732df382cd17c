// Whatever a client sends, in a handshake or behind one: the transport ends it, or hands over what
// a real client has written, and nothing else.
//
// The first byte of an input is how: whether a handshake comes before its bytes, and into how large
// pieces they are cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "io/loop.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"
#include "support/tls_peer.h"
#include "tls/server_context.h"

namespace {

using namespace penstock;

std::shared_ptr<const tls::ServerContext> make_context() {
  static const SystemClock clock;
  const penstock::testing::TempDir dir;
  const penstock::testing::TestCertificate certificate({.names = {"a.test"}});
  penstock::testing::write_text(dir.path("crt"), certificate.pem());
  penstock::testing::write_text(dir.path("key"), certificate.key_pem());
  tls::FileFault fault;
  return tls::ServerContext::make({{dir.path("crt")}, {dir.path("key")}, ""},
                                  std::make_shared<tls::TicketKeys>(clock),
                                  std::make_shared<tls::HandshakeCounters>(), fault);
}

class Connection final : public io::TransportEvents {
 public:
  explicit Connection(const tls::ServerContext& context) {
    PENSTOCK_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_) ==
                   0);
    transport_ = context.make(loop_, *this);
    PENSTOCK_CHECK(transport_->open(ends_[0], true).has_value());
    PENSTOCK_CHECK(transport_->begin_handshake({}));
  }
  ~Connection() { ::close(ends_[1]); }

  void shake_hands(penstock::testing::TlsPeer& peer) {
    while (!peer.is_ready() || !is_ready_) {
      send(peer.give());
      peer.take(receive());
      PENSTOCK_CHECK(!peer.has_failed());
    }
    peer.write("hello");
    send(peer.give());
    PENSTOCK_CHECK(seen_ == "hello");
  }
  // Lets the server have all of it.
  void send(std::string_view bytes) {
    if (!bytes.empty())
      static_cast<void>(::send(ends_[1], bytes.data(), bytes.size(), MSG_NOSIGNAL));
    for (int turns = 0; turns < 3; ++turns) {
      loop_.post([this] { loop_.stop(); });
      loop_.run();
    }
  }
  std::string receive() const {
    std::string out(65'536, '\0');
    const ssize_t count = ::recv(ends_[1], out.data(), out.size(), 0);
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }
  bool has_ended() const { return has_ended_; }
  const std::string& seen() const { return seen_; }

 private:
  bool wants_bytes() override { return true; }
  void on_ready() override { is_ready_ = true; }
  void on_bytes(std::string_view bytes) override {
    PENSTOCK_CHECK(is_ready_);
    seen_ += bytes;
    if (!transport_->write(bytes)) transport_.reset();
  }
  void on_end(int /*error*/) override {
    PENSTOCK_CHECK(!has_ended_);
    has_ended_ = true;
    transport_.reset();
  }
  void on_written() override {}

  io::Loop loop_;
  int ends_[2] = {-1, -1};
  std::unique_ptr<io::Transport> transport_;
  bool is_ready_ = false;
  bool has_ended_ = false;
  std::string seen_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto context = make_context();
  if (size == 0) return 0;
  const std::uint8_t how = data[0];
  const bool is_behind_handshake = (how & 1) != 0;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);

  Connection connection(*context);
  penstock::testing::TlsPeer peer;
  if (is_behind_handshake) connection.shake_hands(peer);
  const std::size_t piece = (how >> 1) == 0 ? bytes.size() : how >> 1;
  while (!bytes.empty() && !connection.has_ended()) {
    connection.send(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  // Nobody has the keys to say more.
  PENSTOCK_CHECK(connection.seen() == (is_behind_handshake ? "hello" : ""));
  return 0;
}
