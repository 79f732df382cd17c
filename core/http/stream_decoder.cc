#include "http/stream_decoder.h"

#include <algorithm>
#include <limits>

#include <zlib.h>
#include <zstd.h>

#include "base/check.h"

namespace penstock::http {
namespace {

// What tells a stream's format, or that it begins at all, stands in so many of its first bytes.
std::size_t lead_bytes_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::kGzip:
    case Encoding::kDeflate:
      return 2;
    case Encoding::kZstd:
      return 4;
    case Encoding::kIdentity:
    case Encoding::kUnknown:
      break;
  }
  return 0;
}

// Output is asked for in steps, so that little of it is cleared for nothing.
constexpr std::size_t kStepBytes = 65'536;

}  // namespace

struct StreamDecoder::State {
  State(Encoding of, int log_max)
      : encoding(of), lead_bytes(lead_bytes_of(of)), zstd_window_log_max(log_max) {}
  ~State() {
    if (has_inflater) inflateEnd(&inflater);
    ZSTD_freeDCtx(zstd);
  }

  // Takes from the front of `in`.
  Result<void> take_lead(std::string_view& in);
  Result<void> begin_stream();
  Result<void> begin_inflate();
  Result<void> begin_zstd();
  Result<void> unpack(std::string_view& in, std::size_t room, std::string& out);
  Result<void> inflate_some(std::string_view& in, std::size_t room, std::string& out);
  Result<void> unzstd_some(std::string_view& in, std::size_t room, std::string& out);

  const Encoding encoding;
  const std::size_t lead_bytes;
  const int zstd_window_log_max;
  std::string lead;         // Of the stream that begins.
  bool is_within = false;   // A stream, whose lead has been told.
  bool was_within = false;  // One at least has ended.
  bool is_full = false;     // The library may hold bytes that there was no room for.
  z_stream inflater{};
  bool has_inflater = false;
  ZSTD_DCtx* zstd = nullptr;
};

Result<void> StreamDecoder::State::take_lead(std::string_view& in) {
  while (!in.empty() && lead.size() < lead_bytes) {
    // Blocks and tapes are filled up behind the end.
    if (!(was_within && lead.empty() && is_padding(in.substr(0, 1)))) lead += in.front();
    in.remove_prefix(1);
  }
  return lead.size() < lead_bytes ? Result<void>() : begin_stream();
}

Result<void> StreamDecoder::State::begin_stream() {
  PENSTOCK_TRY(encoding == Encoding::kZstd ? begin_zstd() : begin_inflate());
  is_within = true;
  return {};
}

Result<void> StreamDecoder::State::begin_inflate() {
  const bool is_gzip = encoding == Encoding::kGzip;
  if (is_gzip && lead != kGzipMagic) {
    return was_within ? fail_followed() : fail_broken(Z_DATA_ERROR);
  }
  if (!is_gzip && was_within) return fail_followed();
  const int window = is_gzip ? kGzipWindow : looks_like_zlib(lead) ? kZlibWindow : kRawWindow;
  const int result =
      has_inflater ? inflateReset2(&inflater, window) : inflateInit2(&inflater, window);
  if (result != Z_OK) return fail(ErrorCode::kExhausted, result, "begin to inflate a body");
  has_inflater = true;
  return {};
}

Result<void> StreamDecoder::State::begin_zstd() {
  if (!begins_zstd_frame(lead)) return was_within ? fail_followed() : fail_broken(0);
  if (zstd != nullptr) return {};
  zstd = ZSTD_createDCtx();
  if (zstd == nullptr) return fail(ErrorCode::kExhausted, "begin to inflate a body");
  const std::size_t set = ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, zstd_window_log_max);
  PENSTOCK_CHECK(ZSTD_isError(set) == 0);
  return {};
}

Result<void> StreamDecoder::State::unpack(std::string_view& in, std::size_t room,
                                          std::string& out) {
  room = std::min(room, kStepBytes);
  return encoding == Encoding::kZstd ? unzstd_some(in, room, out) : inflate_some(in, room, out);
}

Result<void> StreamDecoder::State::inflate_some(std::string_view& in, std::size_t room,
                                                std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + room);
  const auto in_bytes =
      static_cast<uInt>(std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max()));
  // zlib does not write to its input; the interface is older than const.
  inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  inflater.avail_in = in_bytes;
  inflater.next_out = reinterpret_cast<Bytef*>(out.data() + before);
  inflater.avail_out = static_cast<uInt>(out.size() - before);
  const int result = inflate(&inflater, Z_NO_FLUSH);
  in.remove_prefix(in_bytes - inflater.avail_in);
  is_full = inflater.avail_out == 0;
  out.resize(out.size() - inflater.avail_out);
  if (result == Z_STREAM_END) {
    is_within = is_full = false;
    was_within = true;
    return {};
  }
  if (result == Z_MEM_ERROR) return fail(ErrorCode::kExhausted, result, "inflate a body");
  if (result != Z_OK && result != Z_BUF_ERROR) return fail_broken(result);
  return {};
}

Result<void> StreamDecoder::State::unzstd_some(std::string_view& in, std::size_t room,
                                               std::string& out) {
  const std::size_t before = out.size();
  out.resize(before + room);
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  ZSTD_outBuffer piece{out.data() + before, room, 0};
  const std::size_t left = ZSTD_decompressStream(zstd, &piece, &input);
  in.remove_prefix(input.pos);
  out.resize(before + piece.pos);
  if (ZSTD_isError(left) != 0) return fail_zstd(left);
  is_full = piece.pos == piece.size;
  if (left == 0) {
    is_within = is_full = false;
    was_within = true;
  }
  return {};
}

Encoding encoding_by_beginning(std::string_view beginning) {
  if (beginning.starts_with(kGzipMagic)) return Encoding::kGzip;
  return begins_zstd_frame(beginning) ? Encoding::kZstd : Encoding::kIdentity;
}

StreamDecoder::StreamDecoder(Encoding encoding, int zstd_window_log_max)
    : state_(std::make_unique<State>(encoding, zstd_window_log_max)) {
  PENSTOCK_CHECK(encoding != Encoding::kUnknown);
}
StreamDecoder::~StreamDecoder() = default;

Result<std::size_t> StreamDecoder::feed(std::string_view in, std::size_t room, std::string& out) {
  State& state = *state_;
  std::string_view rest = in;
  if (state.encoding == Encoding::kIdentity) {
    const std::size_t taken = std::min(room, in.size());
    out.append(in.substr(0, taken));
    return taken;
  }
  const std::size_t end = out.size() + room;
  for (;;) {
    if (!state.is_within) {
      if (rest.empty()) break;
      PENSTOCK_TRY(state.take_lead(rest));
      continue;
    }
    const bool has_more = !state.lead.empty() || !rest.empty() || state.is_full;
    if (!has_more || out.size() == end) break;
    if (state.lead.empty()) {
      PENSTOCK_TRY(state.unpack(rest, end - out.size(), out));
    } else {
      std::string_view lead = state.lead;
      PENSTOCK_TRY(state.unpack(lead, end - out.size(), out));
      state.lead.erase(0, state.lead.size() - lead.size());
    }
  }
  return in.size() - rest.size();
}

bool StreamDecoder::is_whole() const {
  if (state_->encoding == Encoding::kIdentity) return true;
  return state_->was_within && !state_->is_within && state_->lead.empty();
}

}  // namespace penstock::http
