#include "console/api/errors/error_follower.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "base/log.h"
#include "base/text.h"
#include "store/backends.h"

namespace penstock::console {
namespace {

constexpr int kNice = 10;
constexpr store::Range kAllTime{0, std::numeric_limits<std::int64_t>::max()};
// It looks at the clock once in so many rows.
constexpr std::uint32_t kRowsALook = 256;
constexpr std::int64_t kPauseMsMin = 20;

}  // namespace

Result<std::unique_ptr<ErrorFollower>> ErrorFollower::open(const std::string& console_db,
                                                           const std::string& store,
                                                           const Clock& clock) {
  auto counter = ErrorCounter::open(console_db);
  if (!counter) return fail(counter.error());
  auto queries = store::open_queries(store);
  if (!queries) return fail(queries.error());
  return std::unique_ptr<ErrorFollower>(
      new ErrorFollower(*std::move(counter), *std::move(queries), clock));
}

Result<std::unique_ptr<ErrorFollower>> ErrorFollower::start(const std::string& console_db,
                                                            const std::string& store,
                                                            const Clock& clock) {
  auto follower = open(console_db, store, clock);
  if (!follower) return fail(follower.error());
  (*follower)->thread_ = std::thread([raw = follower->get()] { raw->run(); });
  return follower;
}

ErrorFollower::~ErrorFollower() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stop_asked_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool ErrorFollower::wait(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  stop_asked_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return is_stopping_.load(); });
  return !is_stopping_;
}

void ErrorFollower::run() {
  // Of this thread alone, on Linux.
  static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNice));
  std::int64_t pause_ms = 0;
  while (wait(pause_ms)) {
    const std::int64_t began_us = clock_.mono_us();
    const auto is_more = take();
    // As long as it worked, so that an old store takes half a core at most.
    const std::int64_t worked_ms = (clock_.mono_us() - began_us) / 1'000;
    pause_ms = is_more && *is_more ? std::max(worked_ms, kPauseMsMin) : kTickMs;
    if (is_more || is_stopping_) {
      is_failing_ = false;
      continue;
    }
    if (!is_failing_) {
      log_warn("console.errors", "errors are not counted into their groups just now",
               {{"error", to_text(is_more.error())}});
    }
    is_failing_ = true;
  }
}

Result<bool> ErrorFollower::take() {
  if (kept_.empty()) {
    auto kept = counter_->position();
    if (!kept) return fail(kept.error());
    kept_ = *kept;
    position_ = *std::move(kept);
    stamp_ = 0;
  }
  const std::uint64_t stamp = queries_->stamp(kAllTime);
  if (is_behind_ == false && stamp == stamp_) return false;

  std::vector<ErrorEvent> errors;
  std::uint32_t rows = 0;
  bool is_cut = false;
  const std::int64_t end_us = clock_.mono_us() + kPieceMsMax * 1'000;
  queries_->within({nullptr, 0, &is_stopping_});
  auto next = queries_->follow(position_, kRowsMax, [&](const event::Row& row) {
    if (row.record.kind == kErrorKind) errors.push_back(error_event_of(row, reader_));
    is_cut = ++rows == kRowsMax || errors.size() == kErrorsMax ||
             (rows % kRowsALook == 0 && clock_.mono_us() > end_us);
    return !is_cut;
  });
  if (!next) return fail(next.error());

  const bool has_news = !errors.empty() || is_cut != is_behind_;
  const std::int64_t now_us = clock_.mono_us();
  position_ = *std::move(next);
  if (has_news || (position_ != kept_ && now_us - kept_at_us_ >= kKeepMs * 1'000)) {
    auto counted = counter_->count(errors, kept_, position_, is_cut);
    if (!counted) {
      kept_.clear();  // Whatever is in console.db, it is read again, and the store from there on.
      return fail(counted.error());
    }
    kept_ = position_;
    kept_at_us_ = now_us;
  }
  is_behind_ = is_cut;
  stamp_ = stamp;
  return is_cut;
}

}  // namespace penstock::console
