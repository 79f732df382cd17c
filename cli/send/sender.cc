#include "cli/send/sender.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <vector>

#include "base/text.h"
#include "cli/send/body_maker.h"
#include "client/http_connection.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kRequestTimeoutMs = 60'000;
constexpr std::int64_t kRetryMsMin = 50;
constexpr std::int64_t kRetryMsMax = 2'000;
constexpr std::int64_t kRetryAfterMsMax = 5'000;
constexpr std::size_t kAnswerBytesMax = 65'536;

// One connection's worth of work: at most one request at a time.
struct Slot {
  enum class State : std::uint8_t { kIdle, kSending, kWaiting };

  explicit Slot(const client::HttpPlace& place) : connection(place, kAnswerBytesMax) {}

  client::HttpConnection connection;
  Body body;
  std::string request;
  State state = State::kIdle;
  std::int64_t sent_ms = 0;
  std::int64_t first_try_ms = 0;
  std::int64_t retry_at_ms = 0;
  std::int64_t backoff_ms = kRetryMsMin;
};

class Sender {
 public:
  Sender(const SendOptions& options, const client::HttpPlace& place, const Clock& clock);
  SendOutcome run();

 private:
  void start_due();
  void begin(Slot& slot);
  void send(Slot& slot);
  void wait();
  void on_ended(Slot& slot);
  void on_answer(Slot& slot);
  void retry_or_give_up(Slot& slot, const std::string& reason, bool is_unreachable);
  void give_up(Slot& slot, const std::string& reason);
  bool is_busy() const;
  std::int64_t wait_ms() const;
  std::int64_t now_ms() const { return clock_.mono_us() / 1000; }
  // Events that may have left by now.
  double allowance() const;

  const SendOptions& options_;
  const client::HttpPlace& place_;
  const Clock& clock_;
  BodyMaker maker_;
  std::deque<Slot> slots_;
  std::vector<pollfd> polled_;  // Of the slots that are sending, in their order.
  std::int64_t start_ms_;
  std::uint64_t begun_ = 0;
  SendOutcome outcome_;
};

Sender::Sender(const SendOptions& options, const client::HttpPlace& place, const Clock& clock)
    : options_(options),
      place_(place),
      clock_(clock),
      maker_(options.traffic, options.count, options.batch, options.rate),
      start_ms_(now_ms()) {
  for (std::uint32_t i = 0; i < std::max<std::uint32_t>(options.connections, 1); ++i) {
    slots_.emplace_back(place);
  }
}

double Sender::allowance() const {
  return options_.rate * static_cast<double>(now_ms() - start_ms_) / 1000;
}

void Sender::start_due() {
  for (Slot& slot : slots_) {
    if (slot.state == Slot::State::kWaiting && now_ms() >= slot.retry_at_ms) {
      ++outcome_.retries;
      send(slot);
    }
    const bool may_begin = options_.rate <= 0 || static_cast<double>(begun_) <= allowance();
    if (slot.state == Slot::State::kIdle && maker_.left() > 0 && may_begin) begin(slot);
  }
}

void Sender::begin(Slot& slot) {
  maker_.make(slot.body);
  begun_ += slot.body.events;
  ++outcome_.requests;
  slot.first_try_ms = now_ms();
  slot.backoff_ms = kRetryMsMin;

  const Body& body = slot.body;
  slot.request = str_cat("POST ", place_.target, " HTTP/1.1\r\nHost: ", place_.host,
                         "\r\nUser-Agent: ", body.user_agent, "\r\nAccept: */*",
                         "\r\nContent-Type: ", body.content_type, "\r\nX-Forwarded-For: ", body.ip);
  if (!options_.key.empty()) {
    slot.request += str_cat("\r\nAuthorization: Bearer ", options_.key);
  }
  slot.request += str_cat("\r\nContent-Length: ", body.bytes.size(), "\r\n\r\n", body.bytes);
  send(slot);
}

void Sender::send(Slot& slot) {
  slot.state = Slot::State::kSending;
  slot.sent_ms = now_ms();
  slot.connection.start(slot.request);
}

// For connections that have something to tell, and no longer than until something is due.
void Sender::wait() {
  polled_.clear();
  for (const Slot& slot : slots_) {
    if (slot.connection.is_busy()) polled_.push_back(slot.connection.wanted());
  }
  const bool is_any_over = std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) {
    return slot.state == Slot::State::kSending && !slot.connection.is_busy();
  });
  const int wait = is_any_over ? 0 : static_cast<int>(wait_ms());
  const bool is_ready = ::poll(polled_.data(), polled_.size(), wait) > 0;
  std::size_t next = 0;
  for (Slot& slot : slots_) {
    if (slot.state != Slot::State::kSending) continue;
    if (slot.connection.is_busy() && is_ready && polled_[next++].revents != 0) {
      slot.connection.on_ready();
    }
    if (slot.connection.is_busy() && now_ms() - slot.sent_ms >= kRequestTimeoutMs) {
      slot.connection.abort({ErrorCode::kDisconnected, ETIMEDOUT, "wait for the answer"});
    }
    if (!slot.connection.is_busy()) on_ended(slot);
  }
}

void Sender::on_ended(Slot& slot) {
  slot.state = Slot::State::kIdle;
  if (slot.connection.state() == client::HttpConnection::State::kDone) return on_answer(slot);
  retry_or_give_up(slot, to_text(slot.connection.error()), slot.connection.is_unreachable());
}

void Sender::on_answer(Slot& slot) {
  const http::ResponseParser& answer = slot.connection.answer();
  const int status = answer.status();
  if (status == 429 || status >= 500) {
    return retry_or_give_up(slot, reason_of(status, answer.body()), false);
  }
  if (status != 202) return give_up(slot, reason_of(status, answer.body()));

  const auto accepted = accepted_of(answer.body());
  if (!accepted) return give_up(slot, "an answer 202 that is not an intake's");
  outcome_.accepted += *accepted;
  if (*accepted < slot.body.events) {
    outcome_.failed += slot.body.events - *accepted;
    outcome_.reasons["accepted in part only"] += slot.body.events - *accepted;
  }
}

void Sender::retry_or_give_up(Slot& slot, const std::string& reason, bool is_unreachable) {
  const bool is_late = now_ms() - slot.first_try_ms >= options_.give_up_ms;
  if (is_late || (is_unreachable && outcome_.accepted == 0)) return give_up(slot, reason);

  const bool has_answer = slot.connection.state() == client::HttpConnection::State::kDone;
  const std::int64_t asked_s = has_answer ? slot.connection.answer().retry_after_s() : 0;
  const std::int64_t asked_ms = std::min(asked_s, kRetryAfterMsMax / 1000) * 1000;
  slot.state = Slot::State::kWaiting;
  slot.retry_at_ms = now_ms() + std::max(slot.backoff_ms, asked_ms);
  slot.backoff_ms = std::min(slot.backoff_ms * 2, kRetryMsMax);
}

void Sender::give_up(Slot& slot, const std::string& reason) {
  outcome_.failed += slot.body.events;
  outcome_.reasons[reason] += slot.body.events;
}

bool Sender::is_busy() const {
  return maker_.left() > 0 || std::any_of(slots_.begin(), slots_.end(), [](const Slot& slot) {
           return slot.state != Slot::State::kIdle;
         });
}

// Until the next retry or the next event that the rate allows, whichever is first.
std::int64_t Sender::wait_ms() const {
  std::int64_t wait = 1'000;
  for (const Slot& slot : slots_) {
    if (slot.state == Slot::State::kWaiting) wait = std::min(wait, slot.retry_at_ms - now_ms());
  }
  if (options_.rate > 0 && maker_.left() > 0) {
    const double missing = static_cast<double>(begun_) - allowance();
    wait = std::min(wait, static_cast<std::int64_t>(missing / options_.rate * 1000) + 1);
  }
  return std::max<std::int64_t>(wait, 1);
}

SendOutcome Sender::run() {
  while (is_busy()) {
    start_due();
    wait();
    // With nothing accepted and everything refused the rest would fare no better.
    if (outcome_.accepted == 0 && outcome_.failed > 0 && maker_.left() > 0) break;
  }
  outcome_.failed = options_.count - outcome_.accepted;
  outcome_.seconds = static_cast<double>(now_ms() - start_ms_) / 1000;
  return std::move(outcome_);
}

}  // namespace

SendOutcome send_traffic(const SendOptions& options, const Clock& clock) {
  const auto place = options.unix_path.empty()
                         ? client::find_http_place(options.url)
                         : client::find_http_place(options.url, options.unix_path);
  if (place) return Sender(options, *place, clock).run();
  SendOutcome outcome;
  outcome.failed = options.count;
  outcome.reasons[to_text(place.error())] = options.count;
  return outcome;
}

}  // namespace penstock::cli
