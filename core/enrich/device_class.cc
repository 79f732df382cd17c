#include "enrich/device_class.h"

#include <initializer_list>

namespace penstock::enrich {
namespace {

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

// From the rarest to the most common: a television says that it is Linux, a tablet that it is
// Android, and most phones that they are Mac OS or Linux too.
std::string_view device_class(std::string_view user_agent) {
  if (has_any(user_agent, {"smart-tv", "smarttv", "smart tv", "hbbtv", "appletv", "apple tv",
                           "tvos", "googletv", "google tv", "android tv", "androidtv", "bravia",
                           "netcast", "web0s", "viera", "roku/", "crkey", "; aft"})) {
    return "tv";
  }
  const bool says_mobile = has_any(user_agent, {"mobi"});
  if (has_any(user_agent, {"ipad", "kindle", "playbook", "touchpad"})) return "tablet";
  // Old Windows desktops say "Tablet PC".
  if (has_any(user_agent, {"tablet"}) && !has_any(user_agent, {"tablet pc"})) return "tablet";
  // Browsers on Android say Mobile on a phone; other programs never do.
  if (has_any(user_agent, {"android"}) && has_any(user_agent, {"applewebkit"}) && !says_mobile) {
    return "tablet";
  }
  if (says_mobile ||
      has_any(user_agent, {"iphone", "ipod", "android", "windows phone", "opera mini", "blackberry",
                           "bb10", "symbian", "series60", "nokia", "midp", "kaios"})) {
    return "mobile";
  }
  if (has_any(user_agent, {"windows", "macintosh", "mac os x", "x11", "cros ", "linux"})) {
    return "desktop";
  }
  return {};
}

}  // namespace penstock::enrich
