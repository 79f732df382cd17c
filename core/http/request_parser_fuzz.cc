// The first bytes of an input say in which pieces the rest is fed; at once, byte by byte and in
// those pieces, the same requests and the same refusal must come out; and where large bodies are
// taken in parts, those that a limit without end would let in.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/check.h"
#include "http/parser_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace penstock::http;
  static BufferPool pool(8, 4'096);
  ParserLimits limits;
  limits.header_bytes_max = 512;
  limits.target_bytes_max = 128;
  limits.target_headers = "X-Penstock-";
  limits.headers_max = 12;
  limits.body_bytes_max = 256;

  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view sizes = input.substr(0, std::min<std::size_t>(4, size));
  const std::string_view wire = input.substr(sizes.size());

  const auto all = [] { return std::numeric_limits<std::size_t>::max(); };
  const ParserRun whole = run_parser(wire, limits, pool, all);
  const ParserRun bytewise = run_parser(wire, limits, pool, [] { return std::size_t{1}; });
  std::size_t next = 0;
  const ParserRun pieces = run_parser(wire, limits, pool, [&] {
    return static_cast<std::size_t>(static_cast<unsigned char>(sizes[next++ % sizes.size()]));
  });
  PENSTOCK_CHECK(whole == bytewise);
  PENSTOCK_CHECK(whole == pieces);

  limits.tells_large_bodies = true;
  const ParserRun parts = run_parser(wire, limits, pool, all);
  PENSTOCK_CHECK(parts == run_parser(wire, limits, pool, [] { return std::size_t{1}; }));
  PENSTOCK_CHECK(parts.requests.size() >= whole.requests.size());
  return 0;
}
