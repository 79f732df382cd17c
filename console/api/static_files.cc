#include "console/api/static_files.h"

#include <utility>

#include "base/hash.h"
#include "base/text.h"
#include "http/entity_tag.h"
#include "http/gzip.h"

namespace penstock::console {

namespace {

constexpr std::string_view kIndex = "/index.html";

// The page's own addresses are plain: a dot means a file, and a % or two dots someone who tries.
bool is_place_in_page(std::string_view path) {
  return path.find_first_of(".%") == std::string_view::npos;
}

}  // namespace

StaticFiles::StaticFiles(std::span<const web::File> files) {
  for (const web::File& file : files) {
    const Hash128 hash = hash128(file.path, file.content);
    std::string bytes(reinterpret_cast<const char*>(&hash), sizeof hash);
    std::string etag = "\"";
    append_hex(etag, bytes);
    etag += '"';
    entries_.emplace(file.path, Entry{file, std::move(etag)});
  }
}

http::Response StaticFiles::answer(const http::Request& request) const {
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) {
    auto response = http::error_response(405, "method_not_allowed", "pages are only read");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  auto found = entries_.find(request.path);
  if (found == entries_.end() && is_place_in_page(request.path)) found = entries_.find(kIndex);
  if (found == entries_.end()) {
    return http::error_response(404, "not_found", "there is no such page or file");
  }

  const web::File& file = found->second.file;
  const bool is_gzip =
      !file.gzipped.empty() && http::accepts_gzip(request.header("Accept-Encoding"));
  // Two forms of a file are two entities and need two tags (RFC 9110, 8.8.3).
  std::string etag = found->second.etag;
  if (is_gzip) etag.insert(etag.size() - 1, "-gz");

  http::Response response;
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back(
      "Cache-Control", file.is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
  const std::string known = request.header_list("If-None-Match");
  if (http::names_tag(known, etag) || http::names_any(known)) {
    response.status = 304;
    response.content_type = "";
    return response;
  }
  response.content_type = file.content_type;
  response.body = is_gzip ? file.gzipped : file.content;
  if (is_gzip) response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace penstock::console
