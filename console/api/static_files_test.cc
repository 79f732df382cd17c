#include "console/api/static_files.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::console {
namespace {

constexpr web::File kFiles[] = {
    {"/index.html", "text/html; charset=utf-8", "<!doctype html>page", "GZ-page", false},
    {"/assets/main-ABC.js", "text/javascript; charset=utf-8", "script", "GZ-script", true},
    {"/favicon.svg", "image/svg+xml", "<svg/>", "", false},
};

http::Response get(std::string_view path, std::vector<http::Header> headers = {},
                   http::Method method = http::Method::kGet) {
  static const StaticFiles files(kFiles);
  http::Request request;
  request.method = method;
  request.path = path;
  request.headers = headers;
  return files.answer(request);
}

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

TEST(StaticFiles, PlacesInThePageAreThePage) {
  for (const char* path : {"/", "/index.html", "/events", "/events/0190abc"}) {
    const auto response = get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "<!doctype html>page") << path;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache") << path;
  }
  for (const char* path :
       {"/robots.txt", "/assets/main-OLD.js", "/../etc/passwd", "/%2e%2e/etc/passwd", "/.env"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST(StaticFiles, HashedNamesAreKeptForGood) {
  const auto response = get("/assets/main-ABC.js");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(response, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(StaticFiles, SendsGzipToThoseWhoTakeIt) {
  for (const char* accepted : {"gzip", "br, GZIP;q=0.5", "deflate , gzip"}) {
    const auto response = get("/assets/main-ABC.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.body, "GZ-script") << accepted;
    EXPECT_EQ(header(response, "Content-Encoding"), "gzip") << accepted;
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
  }
  for (const char* accepted : {"", "br", "gzip;q=0", "gzip; q=0.000", "notgzip"}) {
    const auto response = get("/assets/main-ABC.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.body, "script") << accepted;
    EXPECT_EQ(header(response, "Content-Encoding"), "") << accepted;
  }
  EXPECT_EQ(get("/favicon.svg", {{"Accept-Encoding", "gzip"}}).body, "<svg/>");
}

TEST(StaticFiles, AnswersNotModifiedToItsOwnTagOnly) {
  const std::string plain = header(get("/"), "ETag");
  const std::string gzipped = header(get("/", {{"Accept-Encoding", "gzip"}}), "ETag");
  EXPECT_NE(plain, gzipped);
  EXPECT_NE(plain, header(get("/favicon.svg"), "ETag"));

  const auto response = get("/", {{"If-None-Match", "\"x\", " + plain}});
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(header(response, "ETag"), plain);
  EXPECT_EQ(get("/", {{"If-None-Match", gzipped}}).status, 200);
}

TEST(StaticFiles, RefusesOtherMethods) {
  const auto response = get("/", {}, http::Method::kPost);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  EXPECT_EQ(get("/", {}, http::Method::kHead).status, 200);
}

}  // namespace
}  // namespace penstock::console
