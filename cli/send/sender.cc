#include "cli/send/sender.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <curl/curl.h>

#include "base/check.h"
#include "base/text.h"
#include "cli/send/body_maker.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kRequestTimeoutMs = 60'000;
constexpr std::int64_t kRetryMsMin = 50;
constexpr std::int64_t kRetryMsMax = 2'000;
constexpr std::int64_t kRetryAfterMsMax = 5'000;
constexpr std::size_t kAnswerBytesMax = 65'536;

std::size_t on_answer(char* bytes, std::size_t /*one*/, std::size_t count, void* target) {
  auto& answer = *static_cast<std::string*>(target);
  if (answer.size() + count > kAnswerBytesMax) return 0;
  answer.append(bytes, count);
  return count;
}

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One connection's worth of work: at most one request at a time.
struct Slot {
  enum class State : std::uint8_t { kIdle, kSending, kWaiting };

  std::unique_ptr<CURL, FreeEasy> handle;
  std::unique_ptr<curl_slist, FreeList> headers;
  Body body;
  std::string answer;
  State state = State::kIdle;
  std::int64_t first_try_ms = 0;
  std::int64_t retry_at_ms = 0;
  std::int64_t backoff_ms = kRetryMsMin;
};

class Sender {
 public:
  Sender(const SendOptions& options, const Clock& clock);
  ~Sender();
  SendOutcome run();

 private:
  void prepare(Slot& slot);
  void start_due();
  void begin(Slot& slot);
  void send(Slot& slot);
  void collect();
  void on_done(Slot& slot, CURLcode code);
  void retry_or_give_up(Slot& slot, const std::string& reason, bool is_unreachable);
  void give_up(Slot& slot, const std::string& reason);
  bool is_busy() const;
  std::int64_t wait_ms() const;
  std::int64_t now_ms() const { return clock_.mono_us() / 1000; }
  // Events that may have left by now.
  double allowance() const;

  const SendOptions& options_;
  const Clock& clock_;
  BodyMaker maker_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<Slot> slots_;
  std::int64_t start_ms_;
  std::uint64_t begun_ = 0;
  SendOutcome outcome_;
};

Sender::Sender(const SendOptions& options, const Clock& clock)
    : options_(options),
      clock_(clock),
      maker_(options.traffic, options.count, options.batch, options.rate),
      multi_(curl_multi_init()),
      slots_(std::max<std::uint32_t>(options.connections, 1)),
      start_ms_(now_ms()) {
  PENSTOCK_CHECK(multi_ != nullptr);
  for (Slot& slot : slots_) prepare(slot);
}

Sender::~Sender() {
  for (Slot& slot : slots_) curl_multi_remove_handle(multi_.get(), slot.handle.get());
}

void Sender::prepare(Slot& slot) {
  slot.handle.reset(curl_easy_init());
  CURL* handle = slot.handle.get();
  PENSTOCK_CHECK(handle != nullptr);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, &slot);
  curl_easy_setopt(handle, CURLOPT_URL, options_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(kRequestTimeoutMs));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_answer);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &slot.answer);
  // On top of what the environment excludes: this machine is never behind a proxy.
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "localhost,127.0.0.1,[::1],::1");
  if (!options_.unix_path.empty()) {
    curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, options_.unix_path.c_str());
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

  curl_slist* headers = nullptr;
  const auto add = [&](const std::string& line) {
    headers = curl_slist_append(headers, line.c_str());
  };
  add(str_cat("Content-Type: ", slot.body.content_type));
  add(str_cat("X-Forwarded-For: ", slot.body.ip));
  add("Expect:");  // Asking first would cost a round trip for each larger body.
  if (!options_.key.empty()) add(str_cat("Authorization: Bearer ", options_.key));
  slot.headers.reset(headers);

  CURL* handle = slot.handle.get();
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, slot.headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, slot.body.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, slot.body.bytes.data());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(slot.body.bytes.size()));
  send(slot);
}

void Sender::send(Slot& slot) {
  slot.answer.clear();
  slot.state = Slot::State::kSending;
  PENSTOCK_CHECK(curl_multi_add_handle(multi_.get(), slot.handle.get()) == CURLM_OK);
}

void Sender::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* handle = message->easy_handle;
    Slot* slot = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &slot);
    curl_multi_remove_handle(multi_.get(), handle);
    on_done(*slot, code);
  }
}

void Sender::on_done(Slot& slot, CURLcode code) {
  slot.state = Slot::State::kIdle;
  if (code != CURLE_OK) {
    const bool is_unreachable = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST;
    return retry_or_give_up(slot, curl_easy_strerror(code), is_unreachable);
  }
  long status = 0;
  curl_easy_getinfo(slot.handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 429 || status >= 500) {
    return retry_or_give_up(slot, reason_of(status, slot.answer), false);
  }
  if (status != 202) return give_up(slot, reason_of(status, slot.answer));

  const auto accepted = accepted_of(slot.answer);
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

  curl_off_t retry_after_s = 0;
  curl_easy_getinfo(slot.handle.get(), CURLINFO_RETRY_AFTER, &retry_after_s);
  const std::int64_t asked_ms = std::min<std::int64_t>(retry_after_s * 1000, kRetryAfterMsMax);
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
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(wait_ms()), nullptr);
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    collect();
    // With nothing accepted and everything refused the rest would fare no better.
    if (outcome_.accepted == 0 && outcome_.failed > 0 && maker_.left() > 0) break;
  }
  outcome_.failed = options_.count - outcome_.accepted;
  outcome_.seconds = static_cast<double>(now_ms() - start_ms_) / 1000;
  return std::move(outcome_);
}

}  // namespace

SendOutcome send_traffic(const SendOptions& options, const Clock& clock) {
  return Sender(options, clock).run();
}

}  // namespace penstock::cli
