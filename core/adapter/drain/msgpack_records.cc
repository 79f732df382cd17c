#include "adapter/drain/msgpack_records.h"

#include <array>
#include <optional>

#include "base/bytes.h"
#include "base/text.h"
#include "base/utf8.h"
#include "crypto/base64.h"
#include "json/writer.h"

// The header is C's, and defines C++'s own word.
#define bool bool
extern "C" {
#include <mpack.h>
}
#undef bool

namespace penstock::adapter {
namespace {

constexpr std::string_view kBroken = "is no MessagePack";
constexpr std::string_view kCut = "ends inside a value";
constexpr std::string_view kNoRecord = "is no record of Fluent Bit's";
constexpr std::string_view kTooDeep = "nests too deep";
constexpr std::string_view kTooLarge = "is too large";

// Fluent Bit's time: seconds and nanoseconds of 32 bits each.
constexpr int kEventTimeType = 0;
constexpr std::size_t kEventTimeBytes = 8;

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes.substr(0, 4)) number = number << 8 | static_cast<std::uint8_t>(c);
  return number;
}

// For one record. Borrows everything.
class Transcription {
 public:
  Transcription(std::string_view& rest, std::string& out) : rest_(rest), out_(out), writer_(out) {}

  // Of a whole entry of the run.
  void write_entry();
  std::string_view problem() const { return problem_; }

 private:
  using Token = mpack_token_t;

  bool is_good() const { return problem_.empty(); }
  std::optional<Token> read();
  std::string_view read_bytes(const Token& token);
  void write_time(const Token& token);
  void write_header(const Token& header);
  void write_members(std::uint32_t count, int depth);
  void write_key(const Token& token);
  void write_value(const Token& token, int depth);
  void write_bytes(std::string_view bytes);
  void write_ext(const Token& token);
  std::string event_time(std::string_view bytes);

  std::string_view& rest_;
  std::string& out_;
  json::Writer writer_;
  std::string_view problem_;
};

std::optional<mpack_token_t> Transcription::read() {
  if (!is_good()) return std::nullopt;
  if (out_.size() > kMsgpackJsonBytesMax) {
    problem_ = kTooLarge;
    return std::nullopt;
  }
  mpack_tokbuf_t buffer;
  mpack_tokbuf_init(&buffer);
  const char* at = rest_.data();
  std::size_t left = rest_.size();
  Token token{};
  // Without a byte there is nothing that it may read.
  const int status =
      left == 0 ? static_cast<int>(MPACK_EOF) : mpack_read(&buffer, &at, &left, &token);
  if (status != MPACK_OK) {
    problem_ = status == MPACK_EOF ? kCut : kBroken;
    return std::nullopt;
  }
  rest_.remove_prefix(rest_.size() - left);
  return token;
}

std::string_view Transcription::read_bytes(const Token& token) {
  if (token.length > rest_.size()) {
    problem_ = kCut;
    return {};
  }
  const std::string_view bytes = rest_.substr(0, token.length);
  rest_.remove_prefix(token.length);
  return bytes;
}

std::string Transcription::event_time(std::string_view bytes) {
  std::string nanoseconds = str_cat(big_endian(bytes.substr(4)));
  if (nanoseconds.size() < 9) nanoseconds.insert(0, 9 - nanoseconds.size(), '0');
  return str_cat(big_endian(bytes), ".", nanoseconds);
}

void Transcription::write_bytes(std::string_view bytes) {
  if (is_valid_utf8(bytes)) {
    writer_.value(bytes);
  } else {
    writer_.value(crypto::encode_base64(bytes));
  }
}

void Transcription::write_ext(const Token& token) {
  const int type = token.data.ext_type;
  const std::string_view bytes = read_bytes(token);
  if (type == kEventTimeType && bytes.size() == kEventTimeBytes) {
    writer_.raw(event_time(bytes));
  } else {
    writer_.value(crypto::encode_base64(bytes));
  }
}

void Transcription::write_value(const Token& token, int depth) {
  if (depth > kMsgpackDepthMax) {
    problem_ = kTooDeep;
    return;
  }
  switch (token.type) {
    case MPACK_TOKEN_NIL:
      writer_.null();
      return;
    case MPACK_TOKEN_BOOLEAN:
      writer_.value(token.data.value.lo != 0);
      return;
    case MPACK_TOKEN_UINT:
      writer_.value(mpack_unpack_uint(token));
      return;
    case MPACK_TOKEN_SINT:
      writer_.value(mpack_unpack_sint(token));
      return;
    case MPACK_TOKEN_FLOAT:
      writer_.value(mpack_unpack_float(token));
      return;
    case MPACK_TOKEN_STR:
      writer_.value(read_bytes(token));
      return;
    case MPACK_TOKEN_BIN:
      return write_bytes(read_bytes(token));
    case MPACK_TOKEN_EXT:
      return write_ext(token);
    case MPACK_TOKEN_ARRAY:
      writer_.begin_array();
      for (std::uint32_t i = 0; i < token.length && is_good(); ++i) {
        if (const auto element = read()) write_value(*element, depth + 1);
      }
      writer_.end_array();
      return;
    case MPACK_TOKEN_MAP:
      writer_.begin_object();
      write_members(token.length, depth);
      writer_.end_object();
      return;
    case MPACK_TOKEN_CHUNK:  // Only of a token that is read on.
      break;
  }
  problem_ = kBroken;
}

void Transcription::write_members(std::uint32_t count, int depth) {
  for (std::uint32_t i = 0; i < count && is_good(); ++i) {
    if (const auto key = read()) write_key(*key);
    if (const auto value = read()) write_value(*value, depth + 1);
  }
}

// Fluent Bit's own are texts.
void Transcription::write_key(const Token& token) {
  switch (token.type) {
    case MPACK_TOKEN_STR:
    case MPACK_TOKEN_BIN:
      writer_.key(read_bytes(token));
      return;
    case MPACK_TOKEN_UINT:
      writer_.key(str_cat(mpack_unpack_uint(token)));
      return;
    case MPACK_TOKEN_SINT:
      writer_.key(str_cat(mpack_unpack_sint(token)));
      return;
    case MPACK_TOKEN_NIL:
    case MPACK_TOKEN_BOOLEAN:
    case MPACK_TOKEN_FLOAT:
    case MPACK_TOKEN_CHUNK:
    case MPACK_TOKEN_ARRAY:
    case MPACK_TOKEN_MAP:
    case MPACK_TOKEN_EXT:
      break;
  }
  problem_ = "has a name that is no text";
}

void Transcription::write_time(const Token& token) {
  const bool is_time = token.type == MPACK_TOKEN_UINT || token.type == MPACK_TOKEN_SINT ||
                       token.type == MPACK_TOKEN_FLOAT || token.type == MPACK_TOKEN_EXT ||
                       token.type == MPACK_TOKEN_STR;
  if (!is_time) {
    problem_ = kNoRecord;
    return;
  }
  writer_.key("date");
  write_value(token, 0);
}

void Transcription::write_header(const Token& header) {
  if (header.type != MPACK_TOKEN_ARRAY) return write_time(header);
  if (header.length != 2) {
    problem_ = kNoRecord;
    return;
  }
  if (const auto time = read()) write_time(*time);
  const auto metadata = read();
  if (!metadata) return;
  if (metadata->type == MPACK_TOKEN_MAP && metadata->length == 0) return;
  writer_.key("metadata");
  write_value(*metadata, 1);
}

void Transcription::write_entry() {
  const auto entry = read();
  if (!entry) return;
  writer_.begin_object();
  std::optional<Token> record = entry;
  if (entry->type == MPACK_TOKEN_ARRAY && entry->length == 2) {
    if (const auto header = read()) write_header(*header);
    record = read();
  }
  if (!record) return;
  if (record->type == MPACK_TOKEN_MAP) {
    write_members(record->length, 0);
  } else {
    problem_ = kNoRecord;
  }
  writer_.end_object();
}

}  // namespace

bool MsgpackRecords::next(std::string& out) {
  if (rest_.empty() || !problem_.empty()) return false;
  out.clear();
  Transcription transcription(rest_, out);
  transcription.write_entry();
  problem_ = transcription.problem();
  reserve_padding(out);
  return problem_.empty();
}

}  // namespace penstock::adapter
