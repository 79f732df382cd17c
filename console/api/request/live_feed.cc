#include "console/api/request/live_feed.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <sys/resource.h>

#include "base/log.h"
#include "base/text.h"
#include "console/api/request/authorize.h"
#include "json/writer.h"
#include "store/contract/row_json.h"

namespace penstock::console {
namespace {

constexpr int kNice = 10;
constexpr std::int64_t kQuestionMsMax = 5'000;
constexpr store::Range kAllTime{0, std::numeric_limits<std::int64_t>::max()};
// A tick looks at the clock once in so many rows.
constexpr std::uint64_t kRowsALook = 256;
constexpr std::string_view kBeat = ": still here\n\n";

// A line's end would end the field: within JSON it is white space, and a space is as good.
std::string message(std::string_view event, std::string_view json) {
  std::string text = str_cat("event: ", event, "\ndata: ");
  const std::size_t start = text.size();
  text += json;
  std::replace_if(
      text.begin() + static_cast<std::ptrdiff_t>(start), text.end(),
      [](char c) { return c == '\n' || c == '\r'; }, ' ');
  text += "\n\n";
  return text;
}

}  // namespace

LiveFeed::LiveFeed(std::unique_ptr<Services> services)
    : services_(std::move(services)), thread_([this] { run(); }) {}

LiveFeed::~LiveFeed() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

bool LiveFeed::add(Watcher watcher) {
  std::unique_lock lock(mutex_);
  if (is_ending_ || count_ == kWatchersMax) return false;
  std::size_t& of_user = by_user_[watcher.call.session->user.email];
  if (of_user == kWatchersOfUserMax) return false;
  ++of_user;
  ++count_;
  coming_.push_back(std::move(watcher));
  const std::uint64_t number = ++came_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return is_stopping_ || taken_ >= number; });
  return taken_ >= number;
}

void LiveFeed::end_all() {
  const std::lock_guard lock(mutex_);
  is_ending_ = true;
  changed_.notify_all();
}

void LiveFeed::run() {
  // Of this thread alone, on Linux.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNice));
  while (wait()) {
    Tick tick;
    tick.now_us = services_->clock.mono_us();
    tick.passed_ms = (tick.now_us - ticked_at_us_) / 1'000;
    ticked_at_us_ = tick.now_us;
    services_->queries->within(
        {&services_->clock, tick.now_us + kQuestionMsMax * 1'000, &is_stopping_});
    follow_store(tick);
    look_for_change(tick);
    for (Watcher& watcher : watchers_) tell(watcher, tick);
    let_go();
  }
}

bool LiveFeed::wait() {
  std::unique_lock lock(mutex_);
  if (watchers_.empty()) {
    changed_.wait(lock, [this] { return is_stopping_ || !coming_.empty(); });
    ticked_at_us_ = services_->clock.mono_us();
  } else {
    changed_.wait_for(lock, std::chrono::milliseconds(kTickMs),
                      [this] { return is_stopping_ || is_ending_ || !coming_.empty(); });
  }
  if (is_stopping_) return false;
  take_coming(lock);
  return true;
}

// From what each answer begins with on, nothing is missed: the store's end is known before.
void LiveFeed::take_coming(std::unique_lock<std::mutex>& lock) {
  if (coming_.empty()) return;
  if (position_.empty()) {
    lock.unlock();
    services_->queries->within(
        {&services_->clock, services_->clock.mono_us() + kQuestionMsMax * 1'000, &is_stopping_});
    // Where it cannot be had, the tick says so.
    position_ = services_->queries->follow("", 1, [](const auto&) { return true; }).value_or("");
    lock.lock();
  }
  for (Watcher& watcher : coming_) {
    http::Response head;
    head.content_type = "text/event-stream";
    // A proxy that gathers answers would hold it back.
    head.headers.emplace_back("X-Accel-Buffering", "no");
    watcher.answer->begin(std::move(head));
    watcher.sent_at_us = watcher.seen_at_us = services_->clock.mono_us();
    watchers_.push_back(std::move(watcher));
  }
  coming_.clear();
  taken_ = came_;
  changed_.notify_all();
}

void LiveFeed::follow_store(Tick& tick) {
  std::map<std::string, Found> wanted;
  for (const Watcher& watcher : watchers_) {
    if (watcher.kind != Kind::kEvents) continue;
    Found found;
    found.filter = &watcher.filter;
    const auto before = found_.find(watcher.question);
    if (before != found_.end()) {
      found.one_of = 1 + before->second.left / kShownMax;
    }
    wanted.emplace(watcher.question, found);
  }
  found_ = std::move(wanted);
  if (found_.empty()) {
    position_.clear();
    return;
  }
  const std::int64_t end_us = tick.now_us + kLookMsMax * 1'000;
  auto next = services_->queries->follow(position_, kRowsMax, [&](const event::Row& row) {
    ++tick.stored;
    look_at(row);
    tick.is_cut = tick.stored == kRowsMax ||
                  (tick.stored % kRowsALook == 0 && services_->clock.mono_us() > end_us);
    return !tick.is_cut;
  });
  // What is behind would be older with every tick.
  if (next && tick.is_cut)
    next = services_->queries->follow("", 1, [](const auto&) { return true; });
  if (next) {
    position_ = std::move(*next);
  } else if (!is_in_trouble_) {
    tick.trouble = to_text(next.error());
    log_warn("api.live", "what is stored cannot be followed just now", {{"error", tick.trouble}});
  }
  is_in_trouble_ = !next;
}

void LiveFeed::look_at(const event::Row& row) {
  row_json_.clear();
  for (auto& [question, found] : found_) {
    if (!services_->queries->is_left(*found.filter, row)) continue;
    if (found.left++ % found.one_of != 0) continue;
    if (found.shown == 2 * kShownMax || found.events.size() > kShownBytesMax) continue;
    if (row_json_.empty()) store::append_row_json(row, row_json_);
    if (found.shown++ > 0) found.events += ',';
    found.events += row_json_;
  }
}

void LiveFeed::look_for_change(Tick& tick) {
  const bool is_wanted =
      std::any_of(watchers_.begin(), watchers_.end(),
                  [](const Watcher& watcher) { return watcher.kind == Kind::kChanges; });
  if (!is_wanted || tick.now_us - change_at_us_ < kChangeMs * 1'000) return;
  change_at_us_ = tick.now_us;
  const std::uint64_t stamp = services_->queries->stamp(kAllTime);
  tick.has_changed = stamp != stamp_;
  stamp_ = stamp;
}

void LiveFeed::tell(Watcher& watcher, const Tick& tick) {
  std::string text;
  if (!tick.trouble.empty()) {
    std::string body;
    json::Writer(body).begin_object().member("detail", std::string_view(tick.trouble)).end_object();
    text += message("trouble", body);
  }
  const Found* found = nullptr;
  if (watcher.kind == Kind::kEvents) found = &found_[watcher.question];
  if (found != nullptr && tick.stored > 0) {
    std::string body;
    json::Writer writer(body);
    writer.begin_object();
    writer.member("stored", tick.stored).member("left", found->left);
    writer.member("ms", tick.passed_ms).member("is_cut", tick.is_cut);
    writer.member("missed", watcher.missed);
    writer.key("events").raw(str_cat("[", found->events, "]"));
    writer.end_object();
    text += message("events", body);
  }
  watcher.has_change_missed = watcher.has_change_missed || tick.has_changed;
  if (watcher.kind == Kind::kChanges && watcher.has_change_missed) text += message("store", "{}");
  if (text.empty() && tick.now_us - watcher.sent_at_us >= kBeatMs * 1'000) text = kBeat;
  if (text.empty()) return;

  if (watcher.answer->try_send(std::move(text))) {
    watcher.missed = 0;
    watcher.has_change_missed = false;
    watcher.sent_at_us = tick.now_us;
  } else if (found != nullptr) {
    watcher.missed += found->left;
  }
}

// Who has gone, whose session has ended, and all where the server is about to go.
void LiveFeed::let_go() {
  const std::int64_t now_us = services_->clock.mono_us();
  std::unique_lock lock(mutex_);
  const bool is_ending = is_ending_;
  lock.unlock();
  std::vector<std::string> gone;
  std::erase_if(watchers_, [&](Watcher& watcher) {
    bool is_over = is_ending || watcher.answer->is_gone();
    if (!is_over && now_us - watcher.seen_at_us >= kSessionMs * 1'000) {
      watcher.seen_at_us = now_us;
      // His name of before: by_user_ has it, whatever becomes of the session.
      Call call = watcher.call;
      const auto refusal =
          authorize(*watcher.route, call, *services_->accounts, *services_->tokens);
      is_over = refusal && (refusal->status == 401 || refusal->status == 403);
    }
    if (!is_over) return false;
    watcher.answer->finish();
    gone.push_back(watcher.call.session->user.email);
    return true;
  });
  lock.lock();
  for (const std::string& user : gone) {
    --count_;
    const auto of_user = by_user_.find(user);
    if (--of_user->second == 0) by_user_.erase(of_user);
  }
}

}  // namespace penstock::console
