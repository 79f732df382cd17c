#include "queue/redis/dialer.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "io/timer.h"

namespace penstock::queue {
namespace {

// How long an address may be silent before the next one is tried as well.
constexpr std::int64_t kHeadStartMs = 250;
// Of one name. What is beyond them is reached once those before were blamed.
constexpr std::size_t kAddressesMax = 16;
constexpr std::size_t kBlamedMax = 64;
// How long an answer that nobody waited for any more is good.
constexpr std::int64_t kLateAnswerMs = 30'000;

Error timed_out(const char* step) { return {ErrorCode::kDisconnected, ETIMEDOUT, step}; }

// Both kinds of address take turns, beginning with the one that the system prefers.
std::vector<io::SocketAddress> by_turns(const std::vector<io::SocketAddress>& addresses) {
  std::vector<io::SocketAddress> first;
  std::vector<io::SocketAddress> second;
  for (const io::SocketAddress& address : addresses) {
    const bool is_first = address.storage.ss_family == addresses.front().storage.ss_family;
    (is_first ? first : second).push_back(address);
  }
  std::vector<io::SocketAddress> mixed;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

}  // namespace

class RedisDialer::Dial final : public Underway {
 public:
  Dial(RedisDialer& dialer, std::int64_t timeout_ms, OnDone on_done)
      : dialer_(dialer),
        timeout_ms_(timeout_ms),
        on_done_(std::move(on_done)),
        next_(dialer.loop_, [this] { try_next(); }),
        deadline_(dialer.loop_, [this] { on_deadline(); }) {
    PENSTOCK_CHECK(dialer_.dial_ == nullptr);
    dialer_.dial_ = this;
    deadline_.start_once(timeout_ms);
  }
  ~Dial() override { leave(); }

  // At least one.
  void on_addresses(Addresses addresses) {
    addresses_ = std::move(addresses);
    const auto tries = static_cast<std::int64_t>(std::min(addresses_.size(), kAddressesMax));
    head_start_ms_ = std::min(kHeadStartMs, timeout_ms_ / (2 * tries));
    next_.start_once(0);
  }

  void fail_later(const Error& error) {
    last_error_ = error;
    next_.start_once(0);
  }

  // May be the end of us.
  void finish(Result<std::unique_ptr<RedisWire>> outcome) {
    const OnDone on_done = std::move(on_done_);
    leave();
    tries_.clear();
    next_.cancel();
    deadline_.cancel();
    on_done(std::move(outcome));
  }

 private:
  struct Try {
    std::string address;
    std::unique_ptr<Underway> opening;  // Null: it failed.
  };

  void leave() {
    if (dialer_.dial_ == this) dialer_.dial_ = nullptr;
  }

  void try_next() {
    if (addresses_.empty()) return finish(fail(*last_error_));
    const std::size_t i = tries_.size();
    tries_.push_back({addresses_[i].text(), nullptr});
    tries_[i].opening = dialer_.way_->open(
        dialer_.loop_, addresses_[i],
        [this, i](Result<std::unique_ptr<RedisWire>> wire) { on_opened(i, std::move(wire)); });
    if (has_more()) next_.start_once(head_start_ms_);
  }

  bool has_more() const { return tries_.size() < std::min(addresses_.size(), kAddressesMax); }

  void on_opened(std::size_t i, Result<std::unique_ptr<RedisWire>> wire) {
    if (wire) {
      // Those that were passed while they kept silent.
      for (std::size_t passed = 0; passed < i; ++passed) blame(passed);
      dialer_.dialled_ = tries_[i].address;
      return finish(std::move(wire));
    }
    blame(i);
    last_error_ = wire.error();
    if (has_more()) return next_.start_once(0);
    const bool is_last = std::all_of(tries_.begin(), tries_.end(),
                                     [](const Try& one) { return one.opening == nullptr; });
    if (is_last) finish(fail(*last_error_));
  }

  void blame(std::size_t i) {
    if (tries_[i].opening == nullptr) return;
    tries_[i].opening.reset();
    dialer_.blame(tries_[i].address);
  }

  void on_deadline() {
    Error error = timed_out(addresses_.empty() ? "look up the Redis host" : "connect to Redis");
    for (std::size_t i = 0; i < tries_.size(); ++i) {
      const Underway* opening = tries_[i].opening.get();
      if (error.reason == nullptr && opening != nullptr) error.reason = opening->awaited();
      blame(i);
    }
    finish(fail(error));
  }

  RedisDialer& dialer_;
  const std::int64_t timeout_ms_;
  OnDone on_done_;
  Addresses addresses_;
  std::vector<Try> tries_;  // In the order of `addresses_`.
  std::int64_t head_start_ms_ = 0;
  std::optional<Error> last_error_;
  io::Timer next_;
  io::Timer deadline_;
};

RedisDialer::RedisDialer(io::Loop& loop, Resolver& resolver, Connector& connector,
                         tls::ClientFiles files)
    : loop_(loop), resolver_(resolver), plain_(connector), tls_(connector, std::move(files)) {}

RedisDialer::~RedisDialer() { PENSTOCK_CHECK(dial_ == nullptr); }

std::unique_ptr<Underway> RedisDialer::dial(const RedisAddress& address, std::int64_t timeout_ms,
                                            OnDone on_done) {
  auto dial = std::make_unique<Dial>(*this, timeout_ms, std::move(on_done));
  dialled_.clear();
  way_ = address.is_tls ? static_cast<Connector*>(&tls_) : &plain_;
  if (address.is_tls) {
    if (const auto prepared = tls_.prepare(address.host); !prepared) {
      dial->fail_later(prepared.error());
      return dial;
    }
  }
  if (address.unix_path.empty()) {
    look_up(address);
  } else if (auto path = io::parse_socket_address(str_cat("unix:", address.unix_path)); path) {
    dial->on_addresses({*path});
  } else {
    dial->fail_later(path.error());
  }
  return dial;
}

void RedisDialer::look_up(const RedisAddress& address) {
  std::string name = str_cat(address.host, " ", address.port);
  if (name != looked_up_) {
    lookup_.reset();
    late_.clear();
    looked_up_ = std::move(name);
  }
  if (lookup_ != nullptr) return;  // Somebody who has given up asked the same.
  if (!late_.empty() && loop_.now_ms() - late_at_ms_ <= kLateAnswerMs) {
    return dial_->on_addresses(in_order(std::exchange(late_, {})));
  }
  late_.clear();
  lookup_ = resolver_.resolve(loop_, address.host, address.port, [this](Result<Addresses> found) {
    lookup_.reset();
    on_looked_up(std::move(found));
  });
}

void RedisDialer::on_looked_up(Result<Addresses> found) {
  if (dial_ == nullptr) {
    if (!found) return;
    late_ = std::move(*found);
    late_at_ms_ = loop_.now_ms();
  } else if (found) {
    dial_->on_addresses(in_order(*found));
  } else {
    dial_->finish(fail(found.error()));
  }
}

RedisDialer::Addresses RedisDialer::in_order(const Addresses& found) const {
  Addresses ordered = by_turns(found);
  const auto blamed_at = [this](const io::SocketAddress& address) -> std::ptrdiff_t {
    const auto at = std::find(blamed_.begin(), blamed_.end(), address.text());
    return at == blamed_.end() ? -1 : at - blamed_.begin();
  };
  std::stable_sort(ordered.begin(), ordered.end(), [&](const auto& left, const auto& right) {
    return blamed_at(left) < blamed_at(right);
  });
  return ordered;
}

void RedisDialer::blame() {
  if (!dialled_.empty()) blame(dialled_);
}

void RedisDialer::blame(const std::string& address) {
  blamed_.erase(std::remove(blamed_.begin(), blamed_.end(), address), blamed_.end());
  if (blamed_.size() == kBlamedMax) blamed_.erase(blamed_.begin());
  blamed_.push_back(address);
}

void RedisDialer::praise() {
  blamed_.erase(std::remove(blamed_.begin(), blamed_.end(), dialled_), blamed_.end());
}

}  // namespace penstock::queue
