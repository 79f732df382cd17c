#include "console/api/request/content_coding.h"

#include "http/gzip.h"

namespace penstock::console {

void code_content(http::Response& response, bool takes_gzip) {
  if (response.body.size() < kCompressedBytesMin) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!takes_gzip) return;
  response.body = http::gzip(response.body, http::GzipEffort::kLeast);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace penstock::console
