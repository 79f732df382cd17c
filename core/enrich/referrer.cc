#include "enrich/referrer.h"

#include "enrich/url.h"

namespace penstock::enrich {
namespace {

std::string_view without_www(std::string_view host) {
  return host.starts_with("www.") ? host.substr(4) : host;
}

}  // namespace

std::string_view referrer_host(std::string_view referrer, std::string_view own_host,
                               TextArena& arena) {
  if (referrer.empty()) return {};
  const std::string_view host = without_www(split_url(referrer, arena).host);
  return host == without_www(own_host) ? std::string_view{} : host;
}

}  // namespace penstock::enrich
