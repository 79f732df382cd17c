// Which protocol's route a request is for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/protocol.h"
#include "adapter/table.h"
#include "http/router.h"

namespace penstock::adapter {

// The protocols that are switched on, by their place in protocols().
using ProtocolSwitches = std::vector<bool>;
ProtocolSwitches default_switches();

class RouteTable {
 public:
  explicit RouteTable(const ProtocolSwitches& switches);

  struct Found {
    http::Match::Kind kind = http::Match::Kind::kNoSuchPath;
    std::size_t protocol = 0;  // Of protocols(). This and what follows only with kFound.
    std::size_t route = 0;     // Of the protocol's.
    std::string allow;         // With kWrongMethod.
  };
  // A path is found with and without a slash at its end, and behind "/PROTOCOL".
  Found find(http::Method method, std::string_view path) const;

  // For OPTIONS: what the path's routes take together. A path that no route has takes what any
  // might, since a page is told of it best by the request itself.
  struct Options {
    std::string methods;  // "POST, OPTIONS"
    std::string headers;  // kCorsHeaders and the routes' own.
  };
  Options options_of(std::string_view path) const;

 private:
  static Found found(int number);
  const http::Router* router_of_prefix(std::string_view& path) const;

  http::Router all_;
  std::vector<http::Router> own_;  // By protocol: what follows its name.
};

}  // namespace penstock::adapter
