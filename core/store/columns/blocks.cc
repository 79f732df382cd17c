#include "store/columns/blocks.h"

namespace penstock::store {

Result<bool> MemoryBlocks::read(const BlockId& id, FunctionRef<void(std::string_view bytes)> use) {
  const auto found = blocks_.find(id.packed());
  if (found == blocks_.end()) return false;
  use(found->second);
  return true;
}

Result<void> MemoryBlocks::put(const BlockId& id, std::string_view bytes) {
  blocks_[id.packed()].assign(bytes);
  return {};
}

void MemoryBlocks::visit(
    FunctionRef<void(std::int64_t packed_id, std::string_view bytes)> visit) const {
  for (const auto& [id, bytes] : blocks_) visit(id, bytes);
}

}  // namespace penstock::store
