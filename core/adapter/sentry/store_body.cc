#include "adapter/sentry/store_body.h"

#include "base/bytes.h"
#include "crypto/base64.h"
#include "http/body_decoder.h"

namespace penstock::adapter {
namespace {

bool begins_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first != std::string_view::npos && text[first] == '{';
}

bool inflate(std::string_view packed, std::string& out) {
  http::BodyDecoder decoder;
  const bool is_gzip = packed.starts_with("\x1f\x8b");
  return decoder
      .decode(is_gzip ? http::Encoding::kGzip : http::Encoding::kDeflate, packed, kStoreBytesMax,
              out)
      .has_value();
}

}  // namespace

std::string_view unpacked_store(std::string_view body, std::string& scratch) {
  if (begins_like_json(body)) return body;
  const std::size_t end = body.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  std::string packed;
  if (!crypto::decode_base64(body.substr(0, end + 1), packed)) packed.assign(body);
  if (begins_like_json(packed)) {
    scratch = std::move(packed);
    reserve_padding(scratch);
    return scratch;
  }
  if (!inflate(packed, scratch) || !begins_like_json(scratch)) return {};
  reserve_padding(scratch);
  return scratch;
}

bool repair_numbers(std::string_view json, std::string& out) {
  out.clear();
  bool is_repaired = false;
  bool is_in_text = false;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (is_in_text) {
      const std::size_t taken = c == '\\' && at + 1 < json.size() ? 2 : 1;
      is_in_text = c != '"';
      out.append(json.substr(at, taken));
      at += taken;
      continue;
    }
    bool is_word = false;
    for (const std::string_view word : {"NaN", "-Infinity", "Infinity"}) {
      if (json.compare(at, word.size(), word) != 0) continue;
      out += "null";
      at += word.size();
      is_word = is_repaired = true;
      break;
    }
    if (is_word) continue;
    is_in_text = c == '"';
    out += c;
    ++at;
  }
  reserve_padding(out);
  return is_repaired;
}

}  // namespace penstock::adapter
