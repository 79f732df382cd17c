// Sends made-up traffic to an intake over kept connections, and keeps account of it.
//
// A request that was not answered, or was answered "later" (429, 5xx), is sent again with the same
// bytes, so with the same ids: the store takes each event once. What is refused for good is
// counted and its reason kept.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "cli/send/traffic.h"

namespace penstock::cli {

struct SendOptions {
  std::string url;        // The whole address: "http://127.0.0.1:8080/v1/events".
  std::string unix_path;  // Not empty: connect here instead of to the URL's host.
  std::string key;        // "": send none.
  std::uint64_t count = 1'000;
  double rate = 0;          // Events a second; 0: as fast as they are taken.
  std::uint32_t batch = 0;  // Events a request; 0: single events, arrays and NDJSON in turn.
  std::uint32_t connections = 16;
  std::int64_t give_up_ms = 30'000;  // How long one request is tried.
  TrafficOptions traffic;
};

struct SendOutcome {
  std::uint64_t accepted = 0;  // Events in answers 2xx.
  std::uint64_t failed = 0;
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;
  double seconds = 0;
  std::map<std::string, std::uint64_t> reasons;  // Of failures, with their events.
};

// Blocks until every event was accepted or given up. While nothing was ever accepted, an intake
// that cannot be reached is given up at once.
SendOutcome send_traffic(const SendOptions& options, const Clock& clock);

}  // namespace penstock::cli
