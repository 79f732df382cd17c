#include "adapter/contract/answers.h"

#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr char kPixel[] =
    "Content-Type: image/gif\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Length: 43\r\n"
    "\r\n"
    "GIF89a"
    "\x01\x00\x01\x00\x80\x00\x00"              // One pixel, a table of two colours:
    "\x00\x00\x00\xff\xff\xff"                  // black and white,
    "\x21\xf9\x04\x01\x00\x00\x00\x00"          // of which the first is transparent.
    "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00"  // The image,
    "\x02\x02\x44\x01\x00"                      // its one pixel,
    "\x3b";                                     // and the end.

}  // namespace

std::string typed_answer(std::string_view content_type, std::string_view body) {
  return str_cat("Content-Type: ", content_type, "\r\nContent-Length: ", body.size(), "\r\n\r\n",
                 body);
}

std::string json_answer(std::string_view body) { return typed_answer("application/json", body); }

std::string text_answer(std::string_view body) {
  return typed_answer("text/plain; charset=utf-8", body);
}

// The literal's own end is no part of the image.
std::string_view pixel_answer() { return {kPixel, sizeof kPixel - 1}; }

}  // namespace penstock::adapter
