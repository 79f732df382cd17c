// An answer fed at once and byte by byte must come out the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "http/response_parser.h"

namespace {

using penstock::http::ResponseParser;

std::string run(std::string_view wire, std::size_t piece_bytes) {
  ResponseParser parser(256);
  parser.begin();
  ResponseParser::Verdict verdict = ResponseParser::Verdict::kMore;
  while (!wire.empty() && verdict == ResponseParser::Verdict::kMore) {
    verdict = parser.feed(wire.substr(0, piece_bytes));
    wire.remove_prefix(wire.size() < piece_bytes ? wire.size() : piece_bytes);
  }
  if (verdict == ResponseParser::Verdict::kMore) verdict = parser.finish();
  if (verdict != ResponseParser::Verdict::kWhole) return "none";
  PENSTOCK_CHECK(parser.body().size() <= 256);
  return penstock::str_cat(parser.status(), " ", parser.retry_after_s(), " ", parser.body());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view wire(reinterpret_cast<const char*>(data), size);
  PENSTOCK_CHECK(run(wire, size + 1) == run(wire, 1));
  return 0;
}
