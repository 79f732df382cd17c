#include "adapter/contract/data_field.h"

#include "base/bytes.h"
#include "base/percent.h"
#include "base/utf8.h"
#include "crypto/base64.h"

namespace penstock::adapter {

bool begins_like_json(std::string_view text) {
  text = without_byte_order_mark(text);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

bool decode_data_field(std::string_view raw, std::string& out) {
  std::string decoded;
  std::string_view text = raw;
  if (raw.find('%') != std::string_view::npos) {
    append_percent_decoded(decoded, raw, Plus::kIsText);
    text = decoded;
  }
  if (!begins_like_json(text)) return crypto::decode_base64(text, out) && !out.empty();
  // In JSON a plus is what a form makes of a space.
  out.clear();
  append_percent_decoded(out, raw, Plus::kIsSpace);
  return true;
}

void make_readable(std::string& text) {
  if (!is_valid_utf8(text)) {
    std::string repaired;
    append_utf8_of_cesu8(repaired, text);
    text.swap(repaired);
  }
  reserve_padding(text);
}

}  // namespace penstock::adapter
