#include "intake/intake_answers.h"

#include "base/text.h"
#include "intake/page_script.h"
#include "json/writer.h"

namespace penstock::intake {
namespace {

#define PENSTOCK_CORS "Access-Control-Allow-Origin: *\r\n"

constexpr char kPixel[] =
    "Content-Type: image/gif\r\n"
    "Cache-Control: no-store\r\n" PENSTOCK_CORS
    "Content-Length: 43\r\n"
    "\r\n"
    "GIF89a"
    "\x01\x00\x01\x00\x80\x00\x00"              // One pixel, a table of two colours:
    "\x00\x00\x00\xff\xff\xff"                  // black and white,
    "\x21\xf9\x04\x01\x00\x00\x00\x00"          // of which the first is transparent.
    "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00"  // The image,
    "\x02\x02\x44\x01\x00"                      // its one pixel,
    "\x3b";                                     // and the end.

constexpr std::string_view kCollected = "Cache-Control: no-store\r\n" PENSTOCK_CORS "\r\n";

constexpr std::string_view kPreflight = PENSTOCK_CORS
    "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
    "Access-Control-Allow-Headers: Authorization, Content-Type, Content-Encoding, "
    "X-Penstock-Key\r\n"
    "Access-Control-Max-Age: 86400\r\n"
    "Allow: GET, HEAD, POST, OPTIONS\r\n"
    "\r\n";

constexpr std::string_view kAcceptedOne = "Content-Type: application/json\r\n" PENSTOCK_CORS
                                          "Content-Length: 14\r\n"
                                          "\r\n"
                                          "{\"accepted\":1}";

constexpr std::string_view kRefusedBody =
    R"({"error":"unavailable","detail":"the events cannot be kept now; send them again"})";

std::string refused_text() {
  return str_cat("Content-Type: application/json\r\n" PENSTOCK_CORS
                 "Access-Control-Expose-Headers: Retry-After\r\nRetry-After: 1\r\nContent-Length: ",
                 kRefusedBody.size(), "\r\n\r\n", kRefusedBody);
}

std::string script_head() {
  return str_cat("Cache-Control: public, max-age=3600\r\nETag: ", page_script_etag(),
                 "\r\nCross-Origin-Resource-Policy: cross-origin\r\n" PENSTOCK_CORS);
}

}  // namespace

// The literal's own end is no part of the image.
std::string_view pixel_answer() { return {kPixel, sizeof kPixel - 1}; }

std::string_view collected_answer() { return kCollected; }

std::string_view preflight_answer() { return kPreflight; }

std::string_view refused_answer() {
  static const std::string text = refused_text();
  return text;
}

std::string_view accepted_answer(std::uint32_t count, std::string& scratch) {
  if (count == 1) return kAcceptedOne;
  scratch = accepted_answer(str_cat("{\"accepted\":", count, "}"));
  return scratch;
}

std::string accepted_answer(std::string_view body) {
  return str_cat("Content-Type: application/json\r\n" PENSTOCK_CORS "Content-Length: ", body.size(),
                 "\r\n\r\n", body);
}

std::string partial_body(const adapter::Outcome& outcome) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("accepted", outcome.accepted);
  writer.key("rejected").begin_array();
  for (const adapter::Rejected& rejected : outcome.rejected) {
    writer.begin_object();
    writer.member("index", rejected.index).member("error", rejected.error);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return body;
}

std::string script_answer() {
  return str_cat(script_head(), "Content-Type: text/javascript; charset=utf-8\r\nContent-Length: ",
                 page_script().size(), "\r\n\r\n", page_script());
}

std::string script_unchanged_answer() { return script_head() + "\r\n"; }

http::Response open_error(std::uint16_t status, std::string_view error, std::string_view detail) {
  http::Response response = http::error_response(status, error, detail);
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  return response;
}

}  // namespace penstock::intake
