#include "http/gzip.h"

#include <zlib.h>

#include "base/check.h"
#include "base/text.h"
#include "http/coding_format.h"

namespace penstock::http {
namespace {

constexpr int kMemoryLevel = 8;

}  // namespace

std::string gzip(std::string_view text, GzipEffort effort) {
  const int level = effort == GzipEffort::kLeast ? Z_BEST_SPEED : Z_BEST_COMPRESSION;
  z_stream stream{};
  PENSTOCK_CHECK(deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                              Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  // zlib does not write to its input; the interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  PENSTOCK_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = accept_encoding.find(',');
    const std::string_view item = trim(accept_encoding.substr(0, comma));
    const std::size_t semicolon = item.find(';');
    if (equals_ignoring_case(trim(item.substr(0, semicolon)), "gzip")) {
      if (semicolon == std::string_view::npos) return true;
      const std::string_view weight = trim(item.substr(semicolon + 1));
      return weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000";
    }
    if (comma == std::string_view::npos) break;
    accept_encoding.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace penstock::http
