#include "http/body_decoder.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include <zlib.h>
#include <zstd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "http/coding_format.h"

namespace penstock::http {
namespace {

// What a zstd decoder holds of itself, without a window.
constexpr std::size_t kZstdSmallBytes = 256 << 10;

// The first guess at the output's size: JSON is seldom packed tighter.
constexpr std::size_t kFirstRatio = 4;
constexpr std::size_t kFirstBytesMin = 4'096;

// Where a library writes to: pieces of `out`, which grows step by step up to the bound, and at the
// bound one byte outside it, which must stay unused.
class Output {
 public:
  Output(std::string& out, std::size_t first_bytes, std::size_t bytes_max)
      : out_(out), bytes_max_(bytes_max), step_(std::max(first_bytes, kFirstBytesMin)) {
    out_.clear();
  }

  std::span<char> space() {
    if (used_ < out_.size()) return std::span(out_).subspan(used_);
    if (used_ == bytes_max_) return {&beyond_, 1};
    const std::size_t size = used_ + std::min(step_, bytes_max_ - used_);
    if (out_.capacity() < size + kReadablePadding) {
      // Not reserve() on `out_` itself, which may double the capacity and so pass the bound.
      std::string grown;
      grown.reserve(size + kReadablePadding);
      grown.append(out_);
      out_.swap(grown);
    }
    out_.resize(size);
    step_ = size;
    return std::span(out_).subspan(used_);
  }

  // False where the bound is passed.
  bool wrote(std::size_t bytes) {
    if (used_ == bytes_max_) return bytes == 0;
    used_ += bytes;
    return true;
  }

  void finish() {
    out_.resize(used_);
    reserve_padding(out_);
  }

 private:
  std::string& out_;
  const std::size_t bytes_max_;
  std::size_t step_;
  std::size_t used_ = 0;
  char beyond_ = 0;
};

std::size_t first_guess(std::size_t body_bytes) {
  return body_bytes < std::numeric_limits<std::size_t>::max() / kFirstRatio
             ? body_bytes * kFirstRatio
             : body_bytes;
}

}  // namespace

struct BodyDecoder::State {
  z_stream inflater{};
  bool has_inflater = false;
  ZSTD_DCtx* zstd = nullptr;

  ~State() {
    if (has_inflater) inflateEnd(&inflater);
    ZSTD_freeDCtx(zstd);
  }

  Result<void> begin_inflate(int window);
  Result<void> inflate_all(int window, std::string_view body, Output& output);
  Result<void> inflate_stream(Output& output);
  Result<void> decode_deflate(std::string_view body, std::size_t bytes_max, std::string& out);
  Result<void> decode_zstd(std::string_view body, Output& output);
};

Result<void> BodyDecoder::State::begin_inflate(int window) {
  const int result =
      has_inflater ? inflateReset2(&inflater, window) : inflateInit2(&inflater, window);
  if (result != Z_OK) return fail(ErrorCode::kExhausted, result, "begin to inflate a body");
  has_inflater = true;
  return {};
}

// Inflates from the inflater's input up to the end of one stream.
Result<void> BodyDecoder::State::inflate_stream(Output& output) {
  for (;;) {
    const std::span<char> space = output.space();
    const auto room =
        static_cast<uInt>(std::min<std::size_t>(space.size(), std::numeric_limits<uInt>::max()));
    inflater.next_out = reinterpret_cast<Bytef*>(space.data());
    inflater.avail_out = room;
    const int result = inflate(&inflater, Z_NO_FLUSH);
    if (!output.wrote(room - inflater.avail_out)) return fail_too_large();
    if (result == Z_STREAM_END) return {};
    if (result == Z_MEM_ERROR) return fail(ErrorCode::kExhausted, result, "inflate a body");
    if (result != Z_OK && result != Z_BUF_ERROR) return fail_broken(result);
    // Room is left, so the input has run out before the stream's end.
    if (inflater.avail_out > 0) return fail_broken(Z_BUF_ERROR);
  }
}

Result<void> BodyDecoder::State::inflate_all(int window, std::string_view body, Output& output) {
  if (body.size() > std::numeric_limits<uInt>::max()) return fail_too_large();
  PENSTOCK_TRY(begin_inflate(window));
  // zlib does not write to its input; the interface is older than const.
  inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  inflater.avail_in = static_cast<uInt>(body.size());
  do {
    PENSTOCK_TRY(inflate_stream(output));
    const std::string_view rest = body.substr(body.size() - inflater.avail_in);
    if (is_padding(rest)) return {};
    // A gzip file may hold several members (RFC 1952, 2.2); the other formats end here.
    if (window != kGzipWindow || !rest.starts_with(kGzipMagic)) return fail_followed();
    const Bytef* const next_in = inflater.next_in;
    const uInt avail_in = inflater.avail_in;
    if (inflateReset(&inflater) != Z_OK) return fail_broken(0);
    inflater.next_in = const_cast<Bytef*>(next_in);
    inflater.avail_in = avail_in;
  } while (true);
}

Result<void> BodyDecoder::State::decode_deflate(std::string_view body, std::size_t bytes_max,
                                                std::string& out) {
  if (looks_like_zlib(body)) {
    Output output(out, first_guess(body.size()), bytes_max);
    const auto result = inflate_all(kZlibWindow, body, output);
    if (result) output.finish();
    // One raw stream in about a thousand begins like a zlib header.
    if (result || result.error().code != ErrorCode::kRejected) return result;
  }
  Output output(out, first_guess(body.size()), bytes_max);
  PENSTOCK_TRY(inflate_all(kRawWindow, body, output));
  output.finish();
  return {};
}

Result<void> BodyDecoder::State::decode_zstd(std::string_view body, Output& output) {
  if (zstd == nullptr) {
    zstd = ZSTD_createDCtx();
    if (zstd == nullptr) return fail(ErrorCode::kExhausted, "begin to inflate a body");
    const std::size_t set = ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, kZstdWindowLogMax);
    PENSTOCK_CHECK(ZSTD_isError(set) == 0);
  }
  ZSTD_DCtx_reset(zstd, ZSTD_reset_session_only);
  ZSTD_inBuffer input{body.data(), body.size(), 0};
  bool is_at_frame = true;
  for (;;) {
    if (is_at_frame && !begins_zstd_frame(body.substr(input.pos))) {
      return input.pos == 0 ? fail_broken(0) : fail_followed();
    }
    const std::span<char> space = output.space();
    ZSTD_outBuffer piece{space.data(), space.size(), 0};
    const std::size_t left = ZSTD_decompressStream(zstd, &piece, &input);
    if (!output.wrote(piece.pos)) return fail_too_large();
    if (ZSTD_isError(left) != 0) {
      return fail_zstd(left);
    }
    // 0 ends a frame; another may follow (RFC 8878, 3.1).
    is_at_frame = left == 0;
    if (left == 0 && is_padding(body.substr(input.pos))) return {};
    if (left != 0 && input.pos == input.size && piece.pos < piece.size) return fail_broken(0);
  }
}

namespace {

Encoding encoding_of(std::string_view name) {
  if (name.empty() || equals_ignoring_case(name, "identity")) return Encoding::kIdentity;
  if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) {
    return Encoding::kGzip;
  }
  if (equals_ignoring_case(name, "deflate")) return Encoding::kDeflate;
  if (equals_ignoring_case(name, "zstd")) return Encoding::kZstd;
  return Encoding::kUnknown;
}

}  // namespace

std::optional<Codings> codings_of(std::string_view header) {
  Codings codings;
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    const Encoding encoding = encoding_of(trim(header.substr(0, comma)));
    header.remove_prefix(std::min(comma + 1, header.size()));
    if (encoding == Encoding::kIdentity) continue;
    if (encoding == Encoding::kUnknown || codings.count == kCodingsMax) return std::nullopt;
    codings.list[codings.count++] = encoding;
  }
  return codings;
}

BodyDecoder::BodyDecoder() : state_(std::make_unique<State>()) {}
BodyDecoder::~BodyDecoder() = default;

std::size_t BodyDecoder::shrink(std::size_t keep_bytes) {
  const std::size_t held = ZSTD_sizeof_DCtx(state_->zstd);
  if (held <= std::max(keep_bytes, kZstdSmallBytes)) return 0;
  ZSTD_freeDCtx(std::exchange(state_->zstd, nullptr));
  return held;
}

// Between two codings the bytes lie in turn in `out` and in a text of its own, so that the last
// ones come to lie in `out`.
Result<void> BodyDecoder::decode(const Codings& codings, std::string_view body,
                                 std::size_t inflated_bytes_max, std::string& out) {
  if (codings.count == 0) return decode(Encoding::kIdentity, body, inflated_bytes_max, out);
  std::string between;
  for (std::size_t left = codings.count; left > 0; --left) {
    std::string& to = left % 2 == 1 ? out : between;
    PENSTOCK_TRY(decode(codings.list[left - 1], body, inflated_bytes_max, to));
    body = to;
  }
  return {};
}

Result<void> BodyDecoder::decode(Encoding encoding, std::string_view body,
                                 std::size_t inflated_bytes_max, std::string& out) {
  switch (encoding) {
    case Encoding::kIdentity:
      if (body.size() > inflated_bytes_max) return fail_too_large();
      out.reserve(body.size() + kReadablePadding);
      out.assign(body);
      return {};
    case Encoding::kDeflate:
      return state_->decode_deflate(body, inflated_bytes_max, out);
    case Encoding::kGzip:
    case Encoding::kZstd: {
      Output output(out, first_guess(body.size()), inflated_bytes_max);
      PENSTOCK_TRY(encoding == Encoding::kGzip ? state_->inflate_all(kGzipWindow, body, output)
                                               : state_->decode_zstd(body, output));
      output.finish();
      return {};
    }
    case Encoding::kUnknown:
      break;
  }
  return fail(ErrorCode::kRejected, "inflate a body: its encoding is not known");
}

}  // namespace penstock::http
