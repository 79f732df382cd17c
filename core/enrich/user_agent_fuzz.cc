// Any User-Agent is judged alike from the cache and anew, and trimming keeps the cache's bound.
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "enrich/enricher.h"
#include "enrich/user_agent.h"

namespace {

penstock::enrich::UserAgentParser& parser() {
  static const auto kParser = [] {
    auto opened = penstock::enrich::UserAgentParser::open(penstock::enrich::kUserAgentRules);
    return opened ? std::move(*opened) : std::make_unique<penstock::enrich::UserAgentParser>();
  }();
  return *kParser;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto first = parser().parse(text);
  const std::string browser(first.browser);
  const auto again = parser().parse(text);
  PENSTOCK_CHECK(again.browser == browser);
  PENSTOCK_CHECK(again.is_bot == (again.device == "bot"));
  parser().trim();
  PENSTOCK_CHECK(parser().cached() <= penstock::enrich::UserAgentParser::kCachedMax);
  return 0;
}
