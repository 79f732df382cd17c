// Made-up traffic as request bodies, in every form that the intake's JSON route takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "cli/send/traffic.h"

namespace penstock::cli {

// The events of the next request and how they are written.
struct Body {
  std::string bytes;
  const char* content_type = "application/json";
  std::uint32_t events = 0;
  std::string user_agent;
  std::string ip;
};

class BodyMaker {
 public:
  // `batch` events a request; 0: single events, arrays and NDJSON in turn. With a `rate`, events a
  // second and not 0, requests are kept small enough to let it show.
  BodyMaker(const TrafficOptions& options, std::uint64_t count, std::uint32_t batch, double rate);

  std::uint64_t left() const { return left_; }
  // Requires left() > 0.
  void make(Body& body);

 private:
  std::uint32_t pick_size(bool& is_array);

  Traffic traffic_;
  Random random_;
  std::uint64_t left_;
  std::uint32_t batch_;
  std::uint32_t size_max_;
};

// N of {"accepted":N}; nullopt for another text.
std::optional<std::uint64_t> accepted_of(std::string_view answer);
// "429 quota: too many" of {"error":"quota","detail":"too many"}, for people.
std::string reason_of(long status, std::string_view answer);

}  // namespace penstock::cli
