#include "store/columns/text_block.h"

#include <cstdint>
#include <limits>

#include "base/check.h"

namespace penstock::store {
namespace {

constexpr std::size_t kLengthBytes = 2;

}  // namespace

void append_text(std::string_view text, std::string& out) {
  PENSTOCK_CHECK(text.size() <= std::numeric_limits<std::uint16_t>::max());
  out += static_cast<char>(text.size() & 0xff);
  out += static_cast<char>(text.size() >> 8);
  out += text;
}

Result<void> visit_texts(std::string_view bytes, FunctionRef<void(std::string_view text)> visit) {
  while (!bytes.empty()) {
    if (bytes.size() < kLengthBytes) return fail(ErrorCode::kCorrupt, "read a block of texts");
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) |
                               static_cast<std::size_t>(static_cast<unsigned char>(bytes[1])) << 8;
    bytes.remove_prefix(kLengthBytes);
    if (bytes.size() < length) return fail(ErrorCode::kCorrupt, "read a block of texts");
    visit(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return {};
}

}  // namespace penstock::store
