#include "console/api/auth/plain_name.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace penstock::console {
namespace {

// What is not seen, or turns the direction of what stands around it (Unicode, UAX 9, section 2):
// nobody needs it in a name, and with it one name looks like another.
constexpr std::string_view kUnseen[] = {
    "\u200b", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d",
    "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\u061c",
};

}  // namespace

bool is_plain_name(std::string_view text, std::size_t bytes_max) {
  if (trim(text).empty() || text.size() > bytes_max || !is_valid_utf8(text)) return false;
  const bool has_control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
  // U+0080 to U+009F are C2 80 to C2 9F.
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return !has_control && std::none_of(std::begin(kUnseen), std::end(kUnseen), [&](auto unseen) {
    return text.find(unseen) != std::string_view::npos;
  });
}

}  // namespace penstock::console
