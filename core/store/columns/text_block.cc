#include "store/columns/text_block.h"

#include <cstdint>
#include <memory>

#include <zstd.h>

#include "base/check.h"
#include "base/text.h"

namespace penstock::store {
namespace {

constexpr std::size_t kLengthBytes = 2;
constexpr std::string_view kFrameMagic = "\x28\xb5\x2f\xfd";
static_assert(0xb528 > kTextBytesMax);
// Paths of a site begin alike: the quickest level leaves a sixth of them.
constexpr int kLevel = 1;
constexpr const char* kReading = "read a block of texts";

struct Freed {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Making one costs more than using it. Null: there is no memory.
ZSTD_CCtx* packer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Freed> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Freed> context(ZSTD_createDCtx());
  return context.get();
}

Result<void> visit_plain(std::string_view bytes, FunctionRef<void(std::string_view text)> visit) {
  while (!bytes.empty()) {
    if (bytes.size() < kLengthBytes) return fail(ErrorCode::kCorrupt, kReading);
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) |
                               static_cast<std::size_t>(static_cast<unsigned char>(bytes[1])) << 8;
    bytes.remove_prefix(kLengthBytes);
    if (bytes.size() < length) return fail(ErrorCode::kCorrupt, kReading);
    visit(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return {};
}

}  // namespace

void append_text(std::string_view text, std::string& out) {
  PENSTOCK_CHECK(text.size() <= kTextBytesMax);
  out += static_cast<char>(text.size() & 0xff);
  out += static_cast<char>(text.size() >> 8);
  out += text;
}

void pack_texts(std::string& block) {
  ZSTD_CCtx* const context = packer();
  if (context == nullptr || block.size() > kUnpackedTextsBytesMax) return;
  std::string packed(block.size(), '\0');
  const std::size_t bytes =
      ZSTD_compressCCtx(context, packed.data(), packed.size(), block.data(), block.size(), kLevel);
  // An error is that it does not fit.
  if (ZSTD_isError(bytes) != 0 || bytes >= block.size()) return;
  block.assign(packed, 0, bytes);
}

Result<void> visit_texts(std::string_view bytes, FunctionRef<void(std::string_view text)> visit) {
  if (!begins_with(bytes, kFrameMagic)) return visit_plain(bytes, visit);
  const std::uint64_t size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  // Also where the frame does not say, or there is none.
  if (size > kUnpackedTextsBytesMax) return fail(ErrorCode::kCorrupt, kReading);
  ZSTD_DCtx* const context = unpacker();
  if (context == nullptr) return fail(ErrorCode::kExhausted, kReading);
  std::string block(static_cast<std::size_t>(size), '\0');
  const std::size_t read =
      ZSTD_decompressDCtx(context, block.data(), block.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(read) != 0 || read != block.size()) return fail(ErrorCode::kCorrupt, kReading);
  return visit_plain(block, visit);
}

}  // namespace penstock::store
