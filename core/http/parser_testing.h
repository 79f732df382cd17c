// For tests of the request parser: the same bytes whole, and cut at every place.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

#include <gtest/gtest.h>

#include "http/parser_run.h"

namespace penstock::http {

// A request that may follow another.
inline constexpr std::string_view kNext = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

inline constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

inline ParserRun run_whole(std::string_view wire, const ParserLimits& limits = {}) {
  BufferPool pool;
  return run_parser(wire, limits, pool, [] { return kAll; });
}

inline ParserRun run_split(std::string_view wire, const ParserLimits& limits, std::size_t first) {
  BufferPool pool;
  bool is_first = true;
  return run_parser(wire, limits, pool, [&] {
    const std::size_t bytes = is_first ? first : kAll;
    is_first = false;
    return bytes;
  });
}

// What a peer sent must mean the same however the network cut it.
inline void expect_same_at_every_split(std::string_view wire, const ParserLimits& limits = {}) {
  const ParserRun whole = run_whole(wire, limits);
  for (std::size_t at = 1; at < wire.size(); ++at) {
    const ParserRun split = run_split(wire, limits, at);
    ASSERT_EQ(split.requests, whole.requests) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.status, whole.status) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.reason, whole.reason) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.continues, whole.continues) << "split at " << at << " of\n" << wire;
    ASSERT_EQ(split.is_idle, whole.is_idle) << "split at " << at << " of\n" << wire;
  }
  BufferPool pool;
  const ParserRun bytewise = run_parser(wire, limits, pool, [] { return std::size_t{1}; });
  EXPECT_EQ(bytewise, whole) << wire;
}

}  // namespace penstock::http
