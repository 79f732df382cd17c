#include "queue/redis/tls_connector.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "base/static_text.h"
#include "base/text.h"
#include "io/timer.h"

namespace penstock::queue {
namespace {

constexpr const char* kOpen = "connect to Redis by TLS";
// What is in a record, and how much longer the record may be.
constexpr std::size_t kRecordBytesMax = 16'384;
constexpr std::uint64_t kAroundARecordMax = 64;

struct Advice {
  tls::Refusal::Kind kind;
  ErrorCode code;
  const char* before;  // OpenSSL's words.
  const char* after;
};

using Kind = tls::Refusal::Kind;

constexpr Advice kAdvice[] = {
    {Kind::kUntrusted, ErrorCode::kConfiguration, "its certificate is not trusted",
     "; name the authority that signed it with queue.tls_ca"},
    {Kind::kName, ErrorCode::kConfiguration, "its certificate is another host's",
     "; queue.url has to name the host as the certificate does"},
    {Kind::kExpired, ErrorCode::kConfiguration, "its certificate is not valid now",
     "; renew it, or correct this machine's clock"},
    {Kind::kCertificate, ErrorCode::kConfiguration, "its certificate will not do", ""},
    {Kind::kNoTls, ErrorCode::kConfiguration, "it does not speak TLS",
     "; name its TLS port, or write redis:// for this one"},
    {Kind::kVersion, ErrorCode::kConfiguration, "it does not speak TLS 1.2 or 1.3", ""},
    {Kind::kWantsCertificate, ErrorCode::kConfiguration, "it wants a certificate of ours",
     "; set queue.tls_certificate and queue.tls_key"},
    {Kind::kOurCertificate, ErrorCode::kConfiguration, "it refuses our certificate",
     "; see queue.tls_certificate, and which authorities it trusts"},
    {Kind::kHandshake, ErrorCode::kConfiguration, "it refuses the handshake",
     "; it may want queue.tls_certificate and queue.tls_key"},
    {Kind::kOther, ErrorCode::kDisconnected, "TLS broke", ""},
};

Error error_of(const tls::Refusal& refusal) {
  const auto* advice = std::find_if(std::begin(kAdvice), std::end(kAdvice),
                                    [&](const Advice& one) { return one.kind == refusal.kind; });
  PENSTOCK_CHECK(advice != std::end(kAdvice));
  const std::string words = str_cat(advice->before, " (", refusal.words, ")", advice->after);
  return {advice->code, 0, kOpen, static_text(words)};
}

const char* step_of(tls::FileFault::Which which) {
  switch (which) {
    case tls::FileFault::Which::kCertificate:
      return "use queue.tls_certificate";
    case tls::FileFault::Which::kKey:
      return "use queue.tls_key";
    case tls::FileFault::Which::kAuthorities:
      break;
  }
  return "use queue.tls_ca";
}

class TlsWire final : public RedisWire, private io::TransportEvents {
 public:
  using OnShaken = std::function<void(Result<void>)>;

  // `on_shaken` is called once, never from within open(), and may be the end of us.
  TlsWire(io::Loop& loop, const tls::ClientContext& context, const std::string& host,
          OnShaken on_shaken)
      : on_shaken_(std::move(on_shaken)),
        transport_(context.make(loop, *this, host)),
        broken_(loop, [this] { on_broken(); }) {}

  Result<void> open(files::Descriptor socket, bool is_unix) {
    PENSTOCK_TRY(transport_->open(socket.release(), is_unix));
    PENSTOCK_CHECK(transport_->begin_handshake(""));
    return {};
  }

  void start(RedisWireEvents& events) override {
    events_ = &events;
    transport_->resume();
  }

  // In as few records as there can be.
  void write(RedisCommand command) override {
    if (command.pieces() == 1) return command.for_each_piece([this](auto text) { send(text); });
    std::string all;
    std::size_t bytes = 0;
    command.for_each_piece([&](std::string_view piece) { bytes += piece.size(); });
    all.reserve(bytes);
    command.for_each_piece([&](std::string_view piece) { all += piece; });
    send(all);
  }

  // At least so many of those that were written: records are longer than what is in them.
  std::uint64_t unsent_bytes() const override {
    const std::uint64_t with_records = transport_->unsent_bytes();
    return with_records - std::min(with_records, records_ * kAroundARecordMax);
  }

  Result<files::Descriptor> take_socket() override {
    return fail(ErrorCode::kRejected, "take a socket from under TLS");
  }

 private:
  bool wants_bytes() override { return events_ != nullptr || on_shaken_ != nullptr; }
  void on_ready() override { std::exchange(on_shaken_, nullptr)({}); }
  void on_bytes(std::string_view bytes) override { events_->on_bytes(bytes); }
  void on_end(int error) override { end(error); }
  void on_written() override {}

  void send(std::string_view bytes) {
    if (transport_->unsent_bytes() == 0) records_ = 0;
    records_ += bytes.size() / kRecordBytesMax + 1;
    const auto written = transport_->write(bytes);
    if (written || broken_.is_armed()) return;
    write_error_ = static_cast<int>(written.error().native);
    broken_.start_once(0);  // Nobody expects to be told from within write().
  }

  // Timers run before input, and what comes in may say why.
  void on_broken() {
    if (!std::exchange(is_looking_again_, true)) return broken_.start_once(kNextInputMs);
    end(write_error_);
  }

  // May be the end of us.
  void end(int error) {
    const bool is_shaking = on_shaken_ != nullptr;
    const tls::Refusal refusal = transport_->refusal();
    Error why{ErrorCode::kDisconnected, error == 0 ? UV_EOF : error,
              is_shaking ? kOpen : "talk to Redis"};
    if (refusal.kind != Kind::kNone) {
      why = error_of(refusal);
    } else if (why.native == UV_EOF) {
      why.reason = is_shaking ? "it has closed the connection in the handshake"
                              : "it has closed the connection";
    }
    if (is_shaking) return std::exchange(on_shaken_, nullptr)(fail(why));
    if (events_ != nullptr) std::exchange(events_, nullptr)->on_closed(why);
  }

  OnShaken on_shaken_;
  RedisWireEvents* events_ = nullptr;
  const std::unique_ptr<tls::TlsTransport> transport_;
  std::uint64_t records_ = 0;  // Since all was sent.
  int write_error_ = 0;
  bool is_looking_again_ = false;
  io::Timer broken_;
};

class Opening final : public Underway {
 public:
  Opening(Connector& plain, std::shared_ptr<const tls::ClientContext> context, std::string host,
          io::Loop& loop, const io::SocketAddress& address, Connector::OnOpened on_opened)
      : context_(std::move(context)),
        host_(std::move(host)),
        loop_(loop),
        is_unix_(address.is_unix()),
        on_opened_(std::move(on_opened)),
        connecting_(
            plain.open(loop, address, [this](auto wire) { shake_hands(std::move(wire)); })) {}

  // A Redis without TLS waits for the rest of what it takes for a command.
  const char* awaited() const override {
    return wire_ == nullptr
               ? nullptr
               : "it does not answer the TLS handshake; where its port is not for TLS, "
                 "write redis://";
  }

 private:
  void shake_hands(Result<std::unique_ptr<RedisWire>> plain) {
    connecting_.reset();
    if (!plain) return tell(fail(plain.error()));
    auto socket = (*plain)->take_socket();
    if (!socket) return tell(fail(socket.error()));
    plain->reset();
    wire_ = std::make_unique<TlsWire>(loop_, *context_, host_, [this](const Result<void>& shaken) {
      if (!shaken) return tell(fail(shaken.error()));
      tell(std::move(wire_));
    });
    const auto opened = wire_->open(std::move(*socket), is_unix_);
    if (!opened) tell(fail(opened.error()));
  }

  // May be the end of us.
  void tell(Result<std::unique_ptr<RedisWire>> outcome) {
    const Connector::OnOpened on_opened = std::move(on_opened_);
    on_opened(std::move(outcome));
  }

  const std::shared_ptr<const tls::ClientContext> context_;
  const std::string host_;
  io::Loop& loop_;
  const bool is_unix_;
  Connector::OnOpened on_opened_;
  std::unique_ptr<TlsWire> wire_;  // While it shakes hands.
  std::unique_ptr<Underway> connecting_;
};

}  // namespace

TlsConnector::TlsConnector(Connector& plain, tls::ClientFiles files)
    : plain_(plain), files_(std::move(files)) {}

Result<void> TlsConnector::prepare(const std::string& host) {
  host_ = host;
  const files::Look now({files_.ca, files_.certificate, files_.key});
  if (context_ != nullptr && now == read_at_) return {};
  tls::FileFault fault;
  auto fresh = tls::ClientContext::make(files_, fault);
  read_at_ = now;
  if (fresh != nullptr) {
    context_ = std::move(fresh);
    return {};
  }
  if (context_ != nullptr) {
    log_warn("redis.tls_unusable", "the files of queue.tls_… cannot be used, the old ones stay",
             {{"reason", fault.what}});
    return {};
  }
  return fail(ErrorCode::kConfiguration, 0, step_of(fault.which), static_text(fault.what));
}

std::unique_ptr<Underway> TlsConnector::open(io::Loop& loop, const io::SocketAddress& address,
                                             OnOpened on_opened) {
  PENSTOCK_CHECK(context_ != nullptr);
  return std::make_unique<Opening>(plain_, context_, host_, loop, address, std::move(on_opened));
}

}  // namespace penstock::queue
