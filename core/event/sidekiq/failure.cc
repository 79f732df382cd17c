#include "event/sidekiq/failure.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "event/sidekiq/members.h"

namespace penstock::event {
namespace {

constexpr std::int64_t kTriesMax = 25;
constexpr std::size_t kMessageBytesMax = 10'000;
// Its fourth power in seconds is tens of thousands of years, and far from an overflow.
constexpr std::int64_t kCountMax = 1'000;
constexpr std::size_t kJidBytes = 12;

bool is_false(std::string_view json) { return json == "false" || json == "null"; }

// Counts the failure, and says how many there were before.
std::int64_t note_failure(SidekiqMembers& job, const SidekiqFailure& failure) {
  job.set_text("queue", job.text("retry_queue").value_or(std::string(failure.queue)));
  job.set_text("error_message", utf8_prefix(failure.error_message, kMessageBytesMax));
  job.set_text("error_class", failure.error_class);
  std::int64_t count = 0;
  if (const auto before = job.integer("retry_count")) {
    count = std::clamp<std::int64_t>(*before, -1, kCountMax - 1) + 1;
    job.set_time("retried_at", failure.now_ms);
  } else {
    job.set_time("failed_at", failure.now_ms);
  }
  job.set("retry_count", str_cat(count));
  return count;
}

bool is_exhausted(const SidekiqMembers& job, std::int64_t count, std::int64_t now_ms) {
  if (const auto seconds = job.integer("retry_for")) {
    const std::int64_t failed_at_ms = job.time_ms("failed_at").value_or(now_ms);
    return (now_ms - failed_at_ms) / 1000 > *seconds;
  }
  return count >= job.integer("retry").value_or(kTriesMax);
}

std::int64_t delay_ms(std::int64_t count, Random& random) {
  const auto jitter = static_cast<std::int64_t>(random.below(10)) * (count + 1);
  return (count * count * count * count + 15 + jitter) * 1000;
}

std::string random_jid(Random& random) {
  std::string bytes;
  while (bytes.size() < kJidBytes) bytes += static_cast<char>(random.below(256));
  std::string jid;
  append_hex(jid, bytes);
  return jid;
}

}  // namespace

FailedJob fail_sidekiq_job(std::string_view job, const SidekiqFailure& failure, Random& random) {
  auto members = SidekiqMembers::parse(job);
  if (!members) {
    const auto fate = members.error().code == ErrorCode::kCorrupt ? FailedJob::Fate::kNoJson
                                                                  : FailedJob::Fate::kNoJob;
    return {fate, std::string(job), failure.now_ms};
  }
  if (is_false(members->json("retry"))) {
    return {FailedJob::Fate::kDropped, std::string(job), failure.now_ms};
  }
  const std::int64_t count = note_failure(*members, failure);
  FailedJob failed{FailedJob::Fate::kRetry, members->finish(), failure.now_ms};
  if (!is_exhausted(*members, count, failure.now_ms)) {
    failed.at_ms += delay_ms(count, random);
  } else {
    failed.fate =
        members->json("dead") == "false" ? FailedJob::Fate::kDropped : FailedJob::Fate::kDead;
  }
  return failed;
}

std::optional<SidekiqPush> prepare_sidekiq_push(std::string_view job, std::int64_t now_ms,
                                                Random& random) {
  auto members = SidekiqMembers::parse(job);
  if (!members) return std::nullopt;
  SidekiqPush push;
  push.queue = members->text("queue").value_or("");
  if (push.queue.empty()) {
    push.queue = "default";
    members->set_text("queue", push.queue);
  }
  members->remove("at");
  if (members->json("retry").empty()) members->set("retry", "true");
  if (members->json("jid").empty()) members->set_text("jid", random_jid(random));
  if (members->json("created_at").empty()) members->set_time("created_at", now_ms);
  members->set_time("enqueued_at", now_ms);
  push.text = members->finish();
  return push;
}

}  // namespace penstock::event
