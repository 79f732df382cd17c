#include "app/sockets/names.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::app {

std::string socket_name(std::string_view setting, std::string_view address) {
  std::string name = str_cat(setting, "=", address);
  std::replace(name.begin(), name.end(), ':', '|');
  return name;
}

bool is_own_name(std::string_view name) {
  return name.starts_with("ingest.listen=") || is_tls_name(name) ||
         name.starts_with("ingest.admin_listen=");
}

bool is_tls_name(std::string_view name) { return name.starts_with("ingest.tls_listen="); }

}  // namespace penstock::app
