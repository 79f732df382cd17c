#include "app/config/clashes.h"

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "http/client_address.h"

namespace penstock::app {
namespace {

struct Place {
  const Setting* setting;
  std::string text;
  std::string unix_path;  // "": TCP.
  http::Address address;
  bool is_v6 = false;
  std::int64_t port = 0;
};

// Nullopt for what takes nothing from anybody: off, port 0, or no address, which is told elsewhere.
std::optional<Place> place_of(const Setting* setting, const std::string& text) {
  Place place{setting, text, {}, {}};
  if (text.starts_with("unix:")) {
    place.unix_path = std::filesystem::path(text.substr(5)).lexically_normal().string();
    return place;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto address = http::Address::parse(std::string_view(text).substr(0, colon));
  const auto port = parse_int(std::string_view(text).substr(colon + 1));
  if (!address || !port || *port == 0) return std::nullopt;
  place.address = *address;
  place.is_v6 = text.front() == '[';
  place.port = *port;
  return place;
}

std::vector<Place> places_of(const Config& config) {
  std::vector<Place> places;
  const auto add = [&](std::string_view section, std::string_view key, const std::string& text) {
    if (auto place = place_of(find_setting(section, key), text)) places.push_back(*place);
  };
  for (const std::string& text : config.ingest.listen) add("ingest", "listen", text);
  for (const std::string& text : config.ingest.tls_listen) add("ingest", "tls_listen", text);
  add("ingest", "admin_listen", config.ingest.admin_listen);
  add("worker", "admin_listen", config.worker.admin_listen);
  if (!config.worker.control_listen.empty()) {
    add("worker", "control_listen", config.worker.control_listen);
  }
  add("console", "listen", config.console.listen);
  for (const std::string& text : config.console.tls_listen) add("console", "tls_listen", text);
  add("console", "redirect_listen", config.console.redirect_listen);
  add("console", "admin_listen", config.console.admin_listen);
  return places;
}

bool is_any(const Place& place) {
  return place.address == *http::Address::parse(place.is_v6 ? "::" : "0.0.0.0");
}

bool is_same(const Place& a, const Place& b) {
  return a.unix_path == b.unix_path && a.is_v6 == b.is_v6 && a.address == b.address &&
         a.port == b.port;
}

bool do_clash(const Place& a, const Place& b) {
  if (is_same(a, b)) return true;
  const bool are_tcp = a.unix_path.empty() && b.unix_path.empty();
  return are_tcp && a.is_v6 == b.is_v6 && a.port == b.port && (is_any(a) || is_any(b));
}

std::string sentence(const Place& later, const Place& earlier) {
  const std::string name = later.setting->name();
  if (later.setting == earlier.setting) {
    return later.text == earlier.text ? str_cat(name, " holds '", later.text, "' twice")
                                      : str_cat(name, " holds '", earlier.text, "' and '",
                                                later.text, "', which cannot both be listened at");
  }
  if (later.text == earlier.text) {
    return str_cat(name, " is '", later.text, "', as ", earlier.setting->name(), " is");
  }
  return str_cat(name, " is '", later.text, "' and ", earlier.setting->name(), " is '",
                 earlier.text, "', which cannot both be listened at");
}

}  // namespace

std::vector<Clash> address_clashes(const Config& config, Between between) {
  std::vector<Clash> clashes;
  const std::vector<Place> places = places_of(config);
  for (std::size_t later = 0; later < places.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const Setting* setting = places[later].setting;
      const Setting* other = places[earlier].setting;
      const bool is_own = setting->section == other->section;
      if (is_own != (between == Between::kOneProgramsOwn)) continue;
      if (!do_clash(places[later], places[earlier])) continue;
      clashes.push_back({setting, other, sentence(places[later], places[earlier])});
    }
  }
  return clashes;
}

}  // namespace penstock::app
