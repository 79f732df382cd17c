// The JSON texts that a Sidekiq process keeps in Redis about itself, right for versions 6, 7
// and 8 at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace penstock::event {

struct SidekiqProcessInfo {
  std::string_view identity;  // "HOST:PID:NONCE".
  std::string_view hostname;
  std::int64_t pid = 0;
  std::int64_t started_at_ms = 0;
  std::string_view tag;
  std::string_view version;
  std::string_view queue;
  std::uint32_t concurrency = 1;
};

// `info` of the process's hash.
std::string sidekiq_info_text(const SidekiqProcessInfo& info);

// One value of ID:work. `message` is shown as the job in hand; one that is no JSON object, which
// the page could not show, is replaced by a job that says so.
std::string sidekiq_work_text(std::string_view queue, std::string_view message,
                              std::int64_t run_at_ms);

}  // namespace penstock::event
