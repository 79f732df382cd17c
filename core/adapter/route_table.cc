#include "adapter/route_table.h"

#include "base/check.h"

namespace penstock::adapter {
namespace {

// A route's number in a router: its protocol's place in the table and its own.
constexpr int kRoutesMax = 64;

std::string_view without_end_slash(std::string_view path) {
  return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

constexpr http::Method kMethods[] = {http::Method::kGet, http::Method::kPost, http::Method::kPut,
                                     http::Method::kPatch, http::Method::kDelete};

}  // namespace

ProtocolSwitches default_switches() {
  ProtocolSwitches switches;
  for (const Protocol* protocol : protocols()) {
    switches.push_back(protocol->is_enabled_by_default);
  }
  return switches;
}

RouteTable::RouteTable(const ProtocolSwitches& switches) : own_(protocols().size()) {
  PENSTOCK_CHECK(switches.size() == protocols().size());
  for (std::size_t i = 0; i < protocols().size(); ++i) {
    if (!switches[i]) continue;
    int number = static_cast<int>(i) * kRoutesMax;
    PENSTOCK_CHECK(protocols()[i]->routes.size() <= kRoutesMax);
    for (const Route& route : protocols()[i]->routes) {
      all_.add(route.method, route.pattern, number);
      own_[i].add(route.method, route.pattern, number);
      ++number;
    }
  }
}

// Takes "/PROTOCOL" off the front of `path`.
const http::Router* RouteTable::router_of_prefix(std::string_view& path) const {
  const std::size_t end = path.find('/', 1);
  if (end == std::string_view::npos) return nullptr;
  const std::string_view name = path.substr(1, end - 1);
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (protocols()[i]->name != name) continue;
    path.remove_prefix(end);
    return &own_[i];
  }
  return nullptr;
}

RouteTable::Found RouteTable::found(int number) {
  Found found;
  found.kind = http::Match::Kind::kFound;
  found.protocol = static_cast<std::size_t>(number / kRoutesMax);
  found.route = static_cast<std::size_t>(number % kRoutesMax);
  return found;
}

RouteTable::Found RouteTable::find(http::Method method, std::string_view path) const {
  path = without_end_slash(path);
  if (const auto number = all_.find_literal(method, path)) return found(*number);
  http::Match match = all_.find(method, path);
  if (match.kind == http::Match::Kind::kNoSuchPath) {
    const http::Router* router = router_of_prefix(path);
    if (router != nullptr) match = router->find(method, path);
  }
  if (match.kind == http::Match::Kind::kFound) return found(match.route);
  Found other;
  other.kind = match.kind;
  other.allow = std::move(match.allow);
  return other;
}

RouteTable::Options RouteTable::options_of(std::string_view path) const {
  Options options;
  options.headers = kCorsHeaders;
  options.methods = find(http::Method::kOther, path).allow;
  if (options.methods.empty()) {
    options.methods = "GET, HEAD, POST, OPTIONS";
    return options;
  }
  for (const http::Method method : kMethods) {
    const Found found = find(method, path);
    if (found.kind != http::Match::Kind::kFound) continue;
    const Route& route = protocols()[found.protocol]->routes[found.route];
    if (!route.cors_headers.empty()) options.headers.append(", ").append(route.cors_headers);
  }
  return options;
}

}  // namespace penstock::adapter
