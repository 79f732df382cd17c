// Reads a text as a job; what is one must be written as a job that reads back as the same record.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "event/sidekiq/job.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using penstock::event::SidekiqJobReader;
  constexpr std::int64_t kNow = 1'795'515'837'312;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  SidekiqJobReader reader;
  const auto record = reader.read(text, kNow);
  if (!record) return 0;

  std::string job;
  append_sidekiq_job(*record, {"default", "ProcessRequestJob"}, kNow, job);
  SidekiqJobReader second_reader;
  const auto again = second_reader.read(job, kNow);
  PENSTOCK_CHECK(again.has_value());
  PENSTOCK_CHECK(again->id == record->id);
  PENSTOCK_CHECK(again->name == record->name && again->url == record->url);
  PENSTOCK_CHECK(again->properties == record->properties);
  return 0;
}
