// Unwanted traffic, by rules of the configuration ([traffic]): events that are dropped before the
// queue, and others that are marked.
//
// A rule looks at a whole record, so it holds for every protocol alike. What is dropped is answered
// as if it had been taken, since SDKs send again what was refused.
#pragma once

#include <array>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "event/record.h"
#include "http/client_address.h"
#include "intake/address_ranges.h"

namespace penstock::intake {

// In the order in which they are looked at; the label of the metrics, and what marks an event.
enum class TrafficReason : std::uint8_t { kPath, kAddress, kNetwork, kAgent, kReferrer };
inline constexpr std::string_view kTrafficReasons[] = {"path", "address", "network", "agent",
                                                       "referrer"};

// The property of an event that is marked.
inline constexpr std::string_view kTrafficProperty = "penstock_traffic";

// What is dropped, or what is marked. Patterns are glob.h's.
struct TrafficPatterns {
  std::vector<std::string> paths;      // Of the url's path: "/wp-admin/*".
  std::vector<std::string> agents;     // Of the whole user agent, without case.
  std::vector<std::string> referrers;  // Of the referrer's host; "*.x" is x as well.
  http::NetworkList addresses;         // Of the client.
  http::NetworkList networks;          // The same from a file, of data centres.
};

class TrafficRules {
 public:
  TrafficRules(TrafficPatterns drop, TrafficPatterns mark);

  enum class Fate : std::uint8_t { kKept, kMarked, kDropped };
  struct Verdict {
    Fate fate = Fate::kKept;
    TrafficReason reason{};  // Of the first rule that held.
  };
  Verdict judge(const event::Record& record) const;

  // No event is anything but kept.
  bool is_empty() const { return drop_.is_empty() && mark_.is_empty(); }

 private:
  // What of a record the rules look at.
  struct Traits;
  struct Rules {
    explicit Rules(TrafficPatterns patterns);
    bool is_empty() const;
    bool hold(const Traits& traits, TrafficReason& reason) const;

    std::vector<std::string> paths;
    std::vector<std::string> agents;
    std::vector<std::string> referrers;
    AddressRanges addresses;
    AddressRanges networks;
  };

  Rules drop_;
  Rules mark_;
};

// The path of an absolute or a relative URL, "" where it has none; and its host.
std::string_view path_of_url(std::string_view url);
std::string_view host_of_url(std::string_view url);

}  // namespace penstock::intake
