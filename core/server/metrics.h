// Prometheus' text exposition format, version 0.0.4, by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/counters.h"

namespace penstock::server {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Appends to a caller's text. Call family() once, then sample() for each label set.
class MetricsWriter {
 public:
  explicit MetricsWriter(std::string& out) : out_(out) {}

  // type: "counter", "gauge" or "histogram".
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(Labels labels, double value);
  void sample(double value) { sample({}, value); }
  // The sum of `parts`, whose buckets add up.
  void histogram(std::string_view name, std::string_view help,
                 std::initializer_list<const Histogram*> parts);
  void histogram(std::string_view name, std::string_view help, const Histogram* const* parts,
                 std::size_t count);

 private:
  std::string& out_;
  std::string name_;
};

// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_max_fds,
// process_start_time_seconds, and penstock_build_info{program,version}.
void append_process_metrics(std::string& out, std::string_view program, std::string_view version);

// What is left for the program on the folder's file system; no sample where that cannot be told.
void append_free_bytes(std::string& out, std::string_view name, const std::string& folder);

}  // namespace penstock::server
