#include "enrich/text_arena.h"

#include <algorithm>

namespace penstock::enrich {

std::string_view TextArena::keep(std::string_view text) {
  if (text.empty()) return {};
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < text.size()) {
    const std::size_t size = std::max(kBlockBytes, text.size());
    blocks_.push_back({std::make_unique<char[]>(size), size, 0});
  }
  Block& block = blocks_.back();
  char* const start = block.bytes.get() + block.used;
  std::copy(text.begin(), text.end(), start);
  block.used += text.size();
  return {start, text.size()};
}

void TextArena::clear() {
  if (blocks_.empty()) return;
  blocks_.erase(blocks_.begin() + 1, blocks_.end());
  blocks_.front().used = 0;
}

}  // namespace penstock::enrich
