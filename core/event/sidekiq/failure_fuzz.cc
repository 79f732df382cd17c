// Jobs that others wrote, and what we put back of them.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "event/sidekiq/failure.h"
#include "event/sidekiq/members.h"
#include "event/sidekiq/texts.h"

namespace event = penstock::event;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kNow = 1'795'515'837'312;
  const std::string_view job(reinterpret_cast<const char*>(data), size);
  penstock::Random random(1);
  const auto failed = event::fail_sidekiq_job(job, {"low", "Error", job, kNow}, random);
  PENSTOCK_CHECK(failed.at_ms >= kNow);
  const bool is_job = event::SidekiqMembers::parse(job).has_value();
  if (is_job) {
    // What we write is a job again.
    PENSTOCK_CHECK(event::SidekiqMembers::parse(failed.text).has_value());
  } else {
    PENSTOCK_CHECK(failed.text == job);
  }
  const auto push = event::prepare_sidekiq_push(job, kNow, random);
  PENSTOCK_CHECK(push.has_value() == is_job);
  if (push) PENSTOCK_CHECK(event::SidekiqMembers::parse(push->text).has_value());
  PENSTOCK_CHECK(
      event::SidekiqMembers::parse(event::sidekiq_work_text("low", job, kNow)).has_value());
  return 0;
}
