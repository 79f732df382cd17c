// Keeps texts that a batch's rows point to, until the batch is stored.
//
// Memory is taken in blocks and kept from batch to batch, so a steady stream allocates nothing.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace penstock::enrich {

class TextArena {
 public:
  // A copy of `text`, valid until clear().
  std::string_view keep(std::string_view text);

  // Forgets all texts and frees all blocks but the first.
  void clear();

 private:
  static constexpr std::size_t kBlockBytes = 65'536;

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    std::size_t used;
  };
  std::vector<Block> blocks_;
};

}  // namespace penstock::enrich
