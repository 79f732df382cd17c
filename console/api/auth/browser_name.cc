#include "console/api/auth/browser_name.h"

#include <span>

#include "base/text.h"

namespace penstock::console {

namespace {

struct Sign {
  std::string_view text;
  std::string_view name;
};

// The first that fits: browsers name those that they descend from as well.
constexpr Sign kBrowsers[] = {
    {"Edg", "Edge"},         {"OPR/", "Opera"},     {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},   {"Safari/", "Safari"}, {"curl/", "curl"},
};
constexpr Sign kSystems[] = {
    {"iPhone", "iPhone"},  {"iPad", "iPad"},     {"Android", "Android"}, {"Windows", "Windows"},
    {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"},
};

std::string_view first_of(std::span<const Sign> signs, std::string_view text) {
  for (const Sign& sign : signs) {
    if (text.find(sign.text) != std::string_view::npos) return sign.name;
  }
  return {};
}

}  // namespace

std::string browser_name(std::string_view user_agent) {
  const std::string_view browser = first_of(kBrowsers, user_agent);
  const std::string_view system = first_of(kSystems, user_agent);
  if (browser.empty()) return std::string(system);
  return system.empty() ? std::string(browser) : str_cat(browser, " on ", system);
}

}  // namespace penstock::console
