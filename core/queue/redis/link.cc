#include "queue/redis/link.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/static_text.h"
#include "base/text.h"
#include "queue/redis/conversation.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kBackoffFirstMs = 50;
constexpr std::int64_t kBackoffLastMs = 5'000;
// A connection that did not last this long counts as one more failure.
constexpr std::int64_t kSteadyMs = 2'000;

}  // namespace

// One way to a server, from the first question for its name to the loss of its wire.
class RedisLink::Attempt {
 public:
  Attempt(RedisLink& link, const RedisAddress& address)
      : link_(link),
        address_(address),
        dial_(link.dialer_.dial(address, link.options_.timeout_ms,
                                [this](auto wire) { on_dialled(std::move(wire)); })) {}

  bool is_ready() const { return is_ready_; }
  bool is_steady() const { return is_ready_ && link_.loop_.now_ms() - ready_at_ms_ >= kSteadyMs; }
  RedisConversation& conversation() { return *conversation_; }

  RedisConversation::Waiting take_waiting() {
    return conversation_ ? conversation_->take_waiting() : RedisConversation::Waiting();
  }

 private:
  // Each of these may be the end of us.
  void on_dialled(Result<std::unique_ptr<RedisWire>> wire);
  void on_greeted(const RedisReply& info);

  void greet();
  RedisLink::OnReply check(const char* step);

  RedisLink& link_;
  const RedisAddress address_;
  std::unique_ptr<Underway> dial_;
  std::unique_ptr<RedisConversation> conversation_;  // Once the wire is open.
  bool is_ready_ = false;
  std::int64_t ready_at_ms_ = 0;
};

void RedisLink::Attempt::on_dialled(Result<std::unique_ptr<RedisWire>> wire) {
  if (!wire) return link_.drop(wire.error());
  dial_.reset();
  PENSTOCK_CHECK(conversation_ == nullptr);
  conversation_ = std::make_unique<RedisConversation>(
      link_.loop_, std::move(*wire), link_.options_.timeout_ms,
      [this](std::string_view text) { learn_from_error(*link_.topology_, text); },
      [this](const Error& error) { link_.drop(error); });
  greet();
}

RedisLink::OnReply RedisLink::Attempt::check(const char* step) {
  return [this, step](const Result<RedisReply>& reply) {
    if (!reply || !reply->is_error()) return;
    link_.drop({ErrorCode::kConfiguration, 0, step, static_text(reply->text)});
  };
}

void RedisLink::Attempt::greet() {
  if (!address_.password.empty()) {
    RedisCommand auth(address_.user.empty() ? 2 : 3);
    auth.add("AUTH");
    if (!address_.user.empty()) auth.add(address_.user);
    conversation_->send(std::move(auth.add(address_.password)), check("authenticate to Redis"));
  }
  if (address_.database != 0) {
    RedisCommand select(2);
    select.add("SELECT").add(str_cat(address_.database));
    conversation_->send(std::move(select), check("select the Redis database"));
  }
  RedisCommand info(1);
  info.add("INFO");
  conversation_->send(std::move(info), [this](const Result<RedisReply>& reply) {
    if (reply) on_greeted(*reply);
  });
}

void RedisLink::Attempt::on_greeted(const RedisReply& info) {
  if (info.is_error() && !info.text.starts_with("NOPERM")) {
    return link_.drop(to_error(info.text, "greet Redis"));
  }
  const std::string_view text = info.is_error() ? std::string_view() : info.text;
  if (const auto fit = check_version(text); !fit) return link_.drop(fit.error());
  if (is_replica(text)) {
    link_.topology_->on_failover();
    return link_.drop({ErrorCode::kDisconnected, 0, "use this Redis", "it is a replica"});
  }
  is_ready_ = true;
  ready_at_ms_ = link_.loop_.now_ms();
  link_.on_ready(text);
}

RedisLink::RedisLink(const RedisOptions& options, io::Loop& loop, Random random,
                     RedisLinkEvents& events, Resolver& resolver, Connector& connector)
    : options_(options),
      loop_(loop),
      random_(random),
      events_(events),
      topology_(fixed_topology(options.address)),
      dialer_(loop, resolver, connector, options.tls),
      self_(std::make_shared<RedisLink*>(this)),
      retry_(loop, [this] { connect(); }) {
  retry_.start_once(0);
}

RedisLink::~RedisLink() { *self_ = nullptr; }

bool RedisLink::is_ready() const { return attempt_ != nullptr && attempt_->is_ready(); }

void RedisLink::send(RedisCommand command, OnReply on_reply) {
  PENSTOCK_CHECK(is_ready());
  attempt_->conversation().send(std::move(command), std::move(on_reply));
}

void RedisLink::connect() {
  PENSTOCK_CHECK(attempt_ == nullptr);
  const auto address = topology_->next_address();
  if (!address) {
    ++failures_;
    report_.add_failure(address_text_, address.error());
    retry_later();
    return events_.on_lost(address.error());
  }
  address_text_ = address->text();
  attempt_ = std::make_unique<Attempt>(*this, *address);
}

void RedisLink::on_ready(std::string_view info) {
  dialer_.praise();
  report_.set_up(address_text_);
  events_.on_ready(info);
}

void RedisLink::drop(const Error& error) {
  if (attempt_ == nullptr) return;
  failures_ = attempt_->is_steady() ? 0 : failures_ + 1;
  dialer_.blame();
  // Taken first: the wire reads what its commands were lent until it is gone.
  const RedisConversation::Waiting waiting = attempt_->take_waiting();
  attempt_.reset();
  report_.add_failure(address_text_, error);
  retry_later();

  const std::shared_ptr<RedisLink*> self = self_;
  for (const OnReply& on_reply : waiting) {
    on_reply(fail(error));
    if (*self == nullptr) return;
  }
  events_.on_lost(error);
}

void RedisLink::retry_later() {
  const std::uint32_t doublings = std::min<std::uint32_t>(failures_, 10);
  const std::int64_t longest_ms = std::min(kBackoffFirstMs << doublings, kBackoffLastMs);
  // Half of it is chance, so that reactors do not come back all at once.
  const auto jitter = random_.below(static_cast<std::uint64_t>(longest_ms / 2 + 1));
  retry_.start_once(longest_ms / 2 + static_cast<std::int64_t>(jitter));
}

}  // namespace penstock::queue
