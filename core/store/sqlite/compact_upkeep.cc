#include "store/sqlite/compact_upkeep.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "base/text.h"
#include "event/id.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/migrations.h"

namespace penstock::store {
namespace {

// The draft and the journal that it comes through are together about as large as the day. Room for
// events is left beside them; not more, since this is what makes room.
constexpr std::uint64_t kRoomBytesLeft = 256 << 20;

bool has_room(const std::string& path) {
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  return !error && space.available > 2 * day_bytes(path) + kRoomBytesLeft;
}

Result<Compactness> compactness(const std::string& path, std::int64_t rest_since_ms) {
  if (!is_plain_file(path)) return Compactness::kDone;
  auto database =
      sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly, .is_glance = true});
  if (!database) return fail(database.error());
  const auto version = see_as_current(*database);
  if (!version) return fail(version.error());
  if (is_compact(*version) || is_newer_version(*version)) return Compactness::kDone;
  if (is_older_version(*version)) return Compactness::kLater;
  // Row ids are the time of storing in microseconds.
  auto last = database->prepare("SELECT ifnull(max(rowid), 0) / 1000 FROM events");
  if (!last) return fail(last.error());
  PENSTOCK_TRY(last->step());
  const std::int64_t stored_ms = last->integer(0);
  if (stored_ms == 0) return Compactness::kDone;  // There is nothing in it.
  const bool is_fresh = stored_ms > rest_since_ms && stored_ms <= rest_since_ms + kRestMs;
  return is_fresh ? Compactness::kLater : Compactness::kDue;
}

}  // namespace

Compactness compactness_of(const std::string& path, std::int64_t rest_since_ms) {
  const auto found = compactness(path, rest_since_ms);
  if (!found || *found != Compactness::kDue) return found.value_or(Compactness::kLater);
  const bool is_sealed = sealing_of(path, true, rest_since_ms) == Sealing::kNothing;
  return is_sealed ? Compactness::kDue : Compactness::kLater;
}

bool CompactUpkeep::step() {
  if (after_days_ == 0) return false;
  if (running_ == nullptr && !begin_next()) return false;
  go_on();
  return true;
}

// The next day that is due, if there is one; a round goes over all of them.
bool CompactUpkeep::begin_next() {
  if (waiting_.empty()) {
    waiting_ = list_days(folder_);
    std::reverse(waiting_.begin(), waiting_.end());
  }
  const std::int64_t now_ms = clock_.wall_ms();
  while (!waiting_.empty()) {
    const std::int64_t day_ms = waiting_.back();
    waiting_.pop_back();
    if (day_ms + (1 + std::int64_t{after_days_}) * kDayMs > now_ms) continue;
    const std::string path = day_path(folder_, day_ms);
    const std::int64_t changed_ns = changed_at_ns(path);
    const auto seen = seen_ns_.find(day_ms);
    if (seen != seen_ns_.end() && seen->second == changed_ns) continue;
    const Compactness found = compactness_of(path, now_ms - kRestMs);
    if (found == Compactness::kDone) seen_ns_[day_ms] = changed_ns;
    if (found != Compactness::kDue) continue;
    if (!has_room(path)) {
      if (!std::exchange(is_room_told_, true)) {
        log_warn("store.compaction_room", "days are not made compact: the disk has no room for it",
                 {{"file", path}, {"remedy", "free twice the size of the file and 256 MiB"}});
      }
      return false;
    }
    days_.close(day_ms);
    auto compaction = Compaction::begin(path);
    if (!compaction) {
      end(day_ms, fail(compaction.error()));
      continue;
    }
    running_ = std::make_unique<Running>(Running{day_ms, day_bytes(path), *std::move(compaction)});
    return true;
  }
  return false;
}

void CompactUpkeep::go_on() {
  const std::int64_t end_us = clock_.mono_us() + kStepUs;
  const auto is_done = running_->compaction->work([&] { return clock_.mono_us() < end_us; });
  if (is_done && !*is_done) return;
  const std::int64_t day_ms = running_->day_ms;
  const std::uint64_t before = running_->bytes_before;
  const bool has_replaced = running_->compaction->has_replaced();
  running_.reset();
  if (is_done && has_replaced) {
    const std::uint64_t after = day_bytes(day_path(folder_, day_ms));
    ++compacted_.days;
    compacted_.bytes_saved += before - std::min(before, after);
    log_info("store", "a day is compact",
             {{"file", day_path(folder_, day_ms)}, {"bytes", after}, {"bytes_before", before}});
  }
  end(day_ms, is_done ? Result<void>() : fail(is_done.error()));
}

// Told once, until the day changes. One that somebody wrote to meanwhile is tried again.
void CompactUpkeep::end(std::int64_t day_ms, const Result<void>& done) {
  const std::string path = day_path(folder_, day_ms);
  if (!done && done.error().code == ErrorCode::kOverloaded) return;
  seen_ns_[day_ms] = changed_at_ns(path);
  if (done || !mark_of(path)) return;
  log_warn("store.compaction", "a day is not made compact, and stays as it is",
           {{"file", path}, {"error", to_text(done.error())}});
}

void CompactUpkeep::give_up(std::int64_t day_ms) {
  if (running_ != nullptr && running_->day_ms == day_ms) running_.reset();
}

}  // namespace penstock::store
