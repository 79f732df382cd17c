#include "intake/intake_answers.h"

#include "base/text.h"

namespace penstock::intake {
namespace {

// A host name has 253 bytes at most.
constexpr std::size_t kOriginBytesMax = 300;

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kAllowCredentials = "Access-Control-Allow-Credentials";
constexpr std::string_view kResourcePolicy = "Cross-Origin-Resource-Policy";
// By which SDKs in pages learn how long to wait, and why they were refused.
constexpr std::string_view kExposedHeaders =
    "Retry-After, X-Sentry-Rate-Limits, X-Sentry-Error, X-RateLimit-Delay";

bool is_named(std::string_view origin) {
  return !origin.empty() && origin.size() <= kOriginBytesMax;
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view lines_open_to(std::string_view origin, std::string& scratch) {
  if (!is_named(origin)) {
    return "Access-Control-Allow-Origin: *\r\n"
           "Vary: Origin\r\n"
           "Cross-Origin-Resource-Policy: cross-origin\r\n";
  }
  constexpr std::string_view kBefore = "Access-Control-Allow-Origin: ";
  constexpr std::string_view kBehind =
      "\r\n"
      "Access-Control-Allow-Credentials: true\r\n"
      "Vary: Origin\r\n"
      "Cross-Origin-Resource-Policy: cross-origin\r\n";
  scratch.assign(kBefore).append(origin).append(kBehind);
  return scratch;
}

void open_to(std::string_view origin, http::Response& response) {
  response.headers.emplace_back(kAllowOrigin, is_named(origin) ? origin : "*");
  if (is_named(origin)) response.headers.emplace_back(kAllowCredentials, "true");
  response.headers.emplace_back("Vary", "Origin");
  response.headers.emplace_back(kResourcePolicy, "cross-origin");
  response.headers.emplace_back("Access-Control-Expose-Headers", kExposedHeaders);
}

void append_preflight(std::string& out, const adapter::RouteTable::Options& options) {
  append_line(out, "Access-Control-Allow-Methods", options.methods);
  append_line(out, "Access-Control-Allow-Headers", options.headers);
  append_line(out, "Access-Control-Max-Age", "86400");
  append_line(out, "Allow", options.methods);
  out += "\r\n";
}

}  // namespace penstock::intake
