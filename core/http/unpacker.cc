#include "http/unpacker.h"

#include <string>

#include <zlib.h>
#include <zstd.h>

#include "base/check.h"

namespace penstock::http {
namespace {

constexpr std::size_t kPieceBytes = 256 << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib.h: gzip alone.

auto broken() { return fail(ErrorCode::kRejected, "unpack: what is packed is broken"); }

}  // namespace

Encoding encoding_by_beginning(std::string_view beginning) {
  if (beginning.starts_with("\x1f\x8b")) return Encoding::kGzip;
  return beginning.starts_with("\x28\xb5\x2f\xfd") ? Encoding::kZstd : Encoding::kIdentity;
}

struct Unpacker::State {
  // Some of `packed`, which is taken off it. The bytes that it made.
  Result<std::size_t> inflate_some(std::string_view& packed);
  Result<std::size_t> unzstd_some(std::string_view& packed);

  Encoding encoding;
  z_stream zlib{};
  ZSTD_DCtx* zstd = nullptr;
  bool is_within = false;  // A member or a frame has begun and not ended.
  std::string out = std::string(kPieceBytes, '\0');
};

Unpacker::Unpacker(Encoding encoding) : state_(std::make_unique<State>()) {
  PENSTOCK_CHECK(encoding == Encoding::kGzip || encoding == Encoding::kZstd);
  state_->encoding = encoding;
  if (encoding == Encoding::kGzip) {
    PENSTOCK_CHECK(::inflateInit2(&state_->zlib, kGzipWindow) == Z_OK);
  } else {
    state_->zstd = ::ZSTD_createDCtx();
    PENSTOCK_CHECK(state_->zstd != nullptr);
  }
}

Unpacker::~Unpacker() {
  if (state_->encoding == Encoding::kGzip) ::inflateEnd(&state_->zlib);
  ::ZSTD_freeDCtx(state_->zstd);
}

bool Unpacker::is_whole() const { return !state_->is_within; }

Result<std::size_t> Unpacker::State::inflate_some(std::string_view& packed) {
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  zlib.avail_in = static_cast<uInt>(packed.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  const int code = ::inflate(&zlib, Z_NO_FLUSH);
  packed.remove_prefix(packed.size() - zlib.avail_in);
  if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) return broken();
  is_within = code != Z_STREAM_END;
  const std::size_t made = out.size() - zlib.avail_out;
  if (!is_within) ::inflateReset(&zlib);
  return made;
}

Result<std::size_t> Unpacker::State::unzstd_some(std::string_view& packed) {
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  const std::size_t code = ::ZSTD_decompressStream(zstd, &to, &in);
  if (::ZSTD_isError(code) != 0) return broken();
  packed.remove_prefix(in.pos);
  is_within = code != 0;
  return to.pos;
}

Result<void> Unpacker::feed(std::string_view packed, FunctionRef<void(std::string_view)> take) {
  bool is_full = false;  // There may be more to come out without anything to go in.
  while (!packed.empty() || (is_full && state_->is_within)) {
    if (!state_->is_within && packed.front() == '\0') {
      packed.remove_prefix(1);  // Tapes fill up with zeros.
      continue;
    }
    const auto made = state_->encoding == Encoding::kGzip ? state_->inflate_some(packed)
                                                          : state_->unzstd_some(packed);
    if (!made) return fail(made.error());
    if (*made > 0) take(std::string_view(state_->out).substr(0, *made));
    is_full = *made == state_->out.size();
  }
  return {};
}

}  // namespace penstock::http
