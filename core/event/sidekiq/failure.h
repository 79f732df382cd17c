// What becomes of a Sidekiq job that failed, and of one whose time has come: Sidekiq's own
// rules. Members that the rules do not name keep their text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace penstock::event {

struct SidekiqFailure {
  std::string_view queue;  // Where it was taken from.
  std::string_view error_class;
  std::string_view error_message;
  std::int64_t now_ms = 0;
};

struct FailedJob {
  enum class Fate : std::uint8_t {
    kRetry,    // To the set `retry`.
    kDead,     // To the set `dead`: tried often enough.
    kDropped,  // Nowhere: it says retry: false or dead: false.
    kNoJson,   // To the set `dead` byte for byte, and into no count.
    kNoJob,    // JSON but no object, which Sidekiq's own pages cannot show.
  };
  Fate fate = Fate::kRetry;
  std::string text;        // With the failure noted; of kNoJson and kNoJob as it was.
  std::int64_t at_ms = 0;  // The set's score: when to try again, or when it died.
};

FailedJob fail_sidekiq_job(std::string_view job, const SidekiqFailure& failure, Random& random);

struct SidekiqPush {
  std::string queue;
  std::string text;
};

// A job out of `schedule` or `retry` as Sidekiq's client would push it: without `at`, enqueued now,
// defaults filled in. Nullopt where it is no JSON object.
std::optional<SidekiqPush> prepare_sidekiq_push(std::string_view job, std::int64_t now_ms,
                                                Random& random);

}  // namespace penstock::event
