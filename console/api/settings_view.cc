#include "console/api/settings_view.h"

#include <string>
#include <utility>

#include "app/config/schema.h"
#include "base/text.h"
#include "queue/backend.h"

namespace penstock::console {
namespace {

// Those that may have a password in them.
constexpr std::string_view kUrls[] = {"queue.url", "store.url"};

std::string without_password(const std::string& url) {
  if (auto shown = queue::shown_url(url)) return *std::move(shown);
  const std::size_t scheme = url.find("://");
  const std::size_t at = url.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return url;
  return str_cat(url.substr(0, scheme + 3), "***", url.substr(at));
}

app::Config without_passwords(const app::Config& config) {
  app::Config shown = config;
  for (const std::string_view name : kUrls) {
    const std::size_t dot = name.find('.');
    const app::Setting* setting = app::find_setting(name.substr(0, dot), name.substr(dot + 1));
    std::string& url = std::get<std::string& (*)(app::Config&)>(setting->target)(shown);
    url = without_password(url);
  }
  return shown;
}

}  // namespace

ShownSettings::List shown_settings(const app::Config& running, const app::LoadedConfig& loaded) {
  const app::Config shown = without_passwords(running);
  ShownSettings::List list;
  for (const app::Setting& setting : app::settings()) {
    ShownSetting row;
    row.name = setting.name();
    row.value = app::toml_text(setting, shown);
    const auto place = loaded.set_at.find(row.name);
    if (place != loaded.set_at.end()) row.set_at = place->second;
    row.is_waiting = loaded.faults.empty() &&
                     app::toml_text(setting, running) != app::toml_text(setting, loaded.config);
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace penstock::console
