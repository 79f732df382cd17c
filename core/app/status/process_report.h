// One of our programs on this machine, as it tells of itself: by its run file and its admin port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/status/metrics_reader.h"

namespace penstock::app {

struct ProcessReport {
  std::string program;
  bool is_running = false;
  bool is_ready = false;
  bool is_silent = false;              // It has an admin port, which does not answer: it may hang.
  std::vector<std::string> not_ready;  // Why, in sentences.
  std::int64_t pid = 0;
  std::string version;  // "" where it is not told, as the next two are 0.
  double uptime_s = 0;
  std::uint64_t rss_bytes = 0;
  std::vector<std::string> listen;
  std::vector<std::string> tls_listen;
  std::string admin;
};

// Blocks for its answer, kAnswerMs at most.
inline constexpr std::int64_t kAnswerMs = 2'000;
ProcessReport find_process(const std::string& state_dir, std::string_view program);

// Its metrics, for as long at most; none where they cannot be had.
Metrics metrics_of(const ProcessReport& process);

// The reasons that a program's /readyz gives; none where `body` is something else.
std::vector<std::string> not_ready_reasons(std::string body);

}  // namespace penstock::app
