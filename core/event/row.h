// A record with what enrichment found: what the store keeps. Views, like the record itself.
#pragma once

#include <string_view>

#include "event/record.h"

namespace penstock::event {

struct Row {
  Record record;
  std::string_view host;
  std::string_view path;
  std::string_view referrer_host;
  std::string_view browser;
  std::string_view os;
  std::string_view device;   // "desktop", "mobile", "tablet", "tv", "bot" or "".
  std::string_view country;  // ISO 3166-1 alpha-2, upper case, or "".
  std::string_view utm_source;
  std::string_view utm_medium;
  std::string_view utm_campaign;
  bool is_bot = false;
};

}  // namespace penstock::event
