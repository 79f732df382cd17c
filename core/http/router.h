// Method and path to a route's number, by a table that is fixed at start.
//
// A pattern is a literal path, in which a segment "{}" takes any one segment: "/api/v1/events/{}".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace penstock::http {

struct Match {
  enum class Kind : std::uint8_t { kFound, kNoSuchPath, kWrongMethod };
  Kind kind;
  int route = -1;            // As given to add().
  std::string_view segment;  // What the first "{}" took, still percent-encoded.
  std::string allow;         // With kWrongMethod: "GET, HEAD, OPTIONS".
};

class Router {
 public:
  // GET routes answer HEAD too. Where a literal path and one with "{}" both match, the literal one
  // wins, whatever the order. A "{}" takes no empty segment.
  void add(Method method, std::string_view pattern, int route);
  Match find(Method method, std::string_view path) const;
  // The route of just that method whose pattern is the whole path, which is most requests'; nullopt
  // says nothing about what find() gives.
  std::optional<int> find_literal(Method method, std::string_view path) const;

 private:
  struct Entry {
    Method method;
    std::string pattern;
    int route;
    bool has_wildcard;
  };
  std::vector<Entry> entries_;
};

}  // namespace penstock::http
