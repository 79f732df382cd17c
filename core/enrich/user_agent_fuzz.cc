// Any User-Agent is judged alike from the cache and anew, and the cache keeps its bound.
#include <cstdint>
#include <memory>
#include <string>

#include "base/check.h"
#include "enrich/enricher.h"
#include "enrich/text_arena.h"
#include "enrich/user_agent.h"

namespace {

using penstock::enrich::UserAgentParser;

UserAgentParser& parser() {
  static const auto kParser = [] {
    auto opened = UserAgentParser::open(penstock::enrich::kUserAgentRules);
    if (!opened) opened = UserAgentParser::open("");
    PENSTOCK_CHECK(opened);
    return std::move(*opened);
  }();
  return *kParser;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  penstock::enrich::TextArena texts;
  const auto first = parser().parse(text, "", texts);
  parser().renew();
  const auto again = parser().parse(text, "", texts);
  PENSTOCK_CHECK(again.browser == first.browser);
  PENSTOCK_CHECK(again.is_bot == (again.device == "bot"));
  PENSTOCK_CHECK(parser().cached() <= UserAgentParser::kCachedMax);
  return 0;
}
