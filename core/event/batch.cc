#include "event/batch.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/scratch.h"
#include "event/fields.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::event {
namespace {

constexpr std::uint8_t kVersionWithoutKind = 1;
// What a LEB128 number of four bytes can say.
constexpr std::size_t kTextBytesMax = (std::size_t{1} << 28) - 1;
constexpr std::size_t kLengthBytesMax = 4;
constexpr std::size_t kFixedBytes = 16 + 8 + 8;
// A buffer of this size is kept, however little of it was used.
constexpr std::size_t kSmallBytes = 8'192;
// Of a buffer, for the next records: zeroed in one short run.
constexpr std::size_t kAheadBytes = 1'024;

// The format: a new member of the event needs a new version, and its place in the older ones.
static_assert(kRecordTextCount == 12 && kRecordTexts[2] == &Record::kind);

constexpr std::size_t record_bytes_min(std::uint8_t version) {
  return kFixedBytes + kRecordTextCount - (version == kVersionWithoutKind ? 1 : 0);
}

template <class T>
char* put_int(char* to, T number) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &number, sizeof number);  // One store, where the loop is one a byte.
  } else {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      to[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
  }
  return to + sizeof(T);
}

// Requires sizeof(T) bytes.
template <class T>
T get_int(const char* from) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    number |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
  }
  return static_cast<T>(number);
}

char* put_text(char* to, std::string_view text) {
  std::size_t length = text.size();
  if (length == 0) {  // Half of them.
    *to = 0;
    return to + 1;
  }
  for (; length >= 0x80; length >>= 7) *to++ = static_cast<char>(length | 0x80);
  *to++ = static_cast<char>(length);
  copy_short(to, text.data(), text.size());
  return to + text.size();
}

// Takes one text off the front of `rest`.
bool take_text(std::string_view& rest, std::string_view& text) {
  std::size_t length = 0;
  std::size_t at = 0;
  bool has_more = true;
  for (; has_more; ++at) {
    if (at == rest.size() || at == kLengthBytesMax) return false;
    const auto byte = static_cast<unsigned char>(rest[at]);
    length |= std::size_t{byte & 0x7fu} << (7 * at);
    has_more = (byte & 0x80) != 0;
  }
  if (rest.size() - at < length) return false;
  text = rest.substr(at, length);
  rest.remove_prefix(at + length);
  return true;
}

std::uint32_t checksum(std::string_view records) {
  return static_cast<std::uint32_t>(hash64(records));
}

}  // namespace

BatchWriter::BatchWriter() { clear(); }

void BatchWriter::add(const Record& record, std::size_t record_bytes) {
  // No text is longer than all of them together.
  PENSTOCK_CHECK(record_bytes <= kTextBytesMax);
  const std::size_t bytes_max = kFixedBytes + kRecordTextCount * kLengthBytesMax + record_bytes;
  if (bytes_.size() - used_ < bytes_max) bytes_.resize(used_ + bytes_max + kAheadBytes);
  char* to = bytes_.data() + used_;
  std::memcpy(to, record.id.bytes.data(), record.id.bytes.size());
  to += record.id.bytes.size();
  to = put_int(to, record.received_at_ms);
  to = put_int(to, record.occurred_at_ms);
  for_each_text(record, [&to](std::string_view text) { to = put_text(to, text); });
  used_ = static_cast<std::size_t>(to - bytes_.data());
  ++count_;
}

void BatchWriter::rollback(Mark mark) {
  PENSTOCK_CHECK(mark.bytes >= kBatchHeaderBytes && mark.bytes <= used_);
  PENSTOCK_CHECK(mark.count <= count_);
  used_ = mark.bytes;
  count_ = mark.count;
}

std::string_view BatchWriter::finish() {
  const std::string_view message = std::string_view(bytes_).substr(0, used_);
  const std::string_view records = message.substr(kBatchHeaderBytes);
  PENSTOCK_CHECK(records.size() <= UINT32_MAX);
  char* to = bytes_.data();
  to = put_int(to, kBatchMagic);
  to = put_int(to, kBatchVersion);
  to = put_int(to, std::uint16_t{0});
  to = put_int(to, count_);
  to = put_int(to, static_cast<std::uint32_t>(records.size()));
  put_int(to, checksum(records));
  return message;
}

// What is given away should be a buffer that it fills: many may wait for a queue at once. So the
// next buffer has room for a batch like this one, and a small batch in a large buffer leaves as a
// copy.
std::string BatchWriter::take() {
  finish();
  std::string message;
  const bool is_filled = used_ >= bytes_.capacity() / 2;
  if (is_filled) {
    bytes_.resize(used_);
    message.swap(bytes_);
  } else {
    message.assign(bytes_, 0, used_);
  }
  if (is_filled || bytes_.capacity() > kSmallBytes) {
    std::string next;
    next.reserve(std::max(kSmallBytes, used_ + used_ / 2));
    bytes_.swap(next);
  }
  clear();
  return message;
}

void BatchWriter::clear() {
  if (bytes_.size() < kBatchHeaderBytes) bytes_.resize(kBatchHeaderBytes);
  used_ = kBatchHeaderBytes;
  count_ = 0;
}

std::size_t BatchWriter::shrink(std::size_t keep_bytes) {
  PENSTOCK_CHECK(count_ == 0);
  const std::size_t freed = shrink_scratch(bytes_, keep_bytes);
  clear();
  return freed;
}

Result<BatchReader> BatchReader::open(std::string_view message) {
  if (!is_native_batch(message)) return fail(ErrorCode::kCorrupt, "open a batch: no magic byte");
  if (message.size() < 2) return fail(ErrorCode::kCorrupt, "open a batch: cut short");
  const auto version = static_cast<std::uint8_t>(message[1]);
  if (version != kBatchVersion && version != kVersionWithoutKind) {
    return fail(ErrorCode::kRejected, version, "open a batch: unknown format version");
  }
  if (message.size() < kBatchHeaderBytes) {
    return fail(ErrorCode::kCorrupt, "open a batch: cut short");
  }
  const auto count = get_int<std::uint32_t>(message.data() + 4);
  const auto bytes = get_int<std::uint32_t>(message.data() + 8);
  const std::string_view records = message.substr(kBatchHeaderBytes);
  if (get_int<std::uint16_t>(message.data() + 2) != 0) {
    return fail(ErrorCode::kCorrupt, "open a batch: bad header");
  }
  if (records.size() != bytes) return fail(ErrorCode::kCorrupt, "open a batch: wrong length");
  if (records.size() / record_bytes_min(version) < count) {
    return fail(ErrorCode::kCorrupt, "open a batch: wrong count");
  }
  if (checksum(records) != get_int<std::uint32_t>(message.data() + 12)) {
    return fail(ErrorCode::kCorrupt, "open a batch: wrong checksum");
  }
  return BatchReader(records, count, version);
}

Result<bool> BatchReader::next(Record& record) {
  if (seen_ == count_) {
    if (!rest_.empty()) return fail(ErrorCode::kCorrupt, "read a batch: bytes left over");
    return false;
  }
  if (rest_.size() < record_bytes_min(version_)) {
    return fail(ErrorCode::kCorrupt, "read a batch: cut short");
  }
  record.id = Id::from_bytes(rest_.substr(0, 16));
  record.received_at_ms = get_int<std::int64_t>(rest_.data() + 16);
  record.occurred_at_ms = get_int<std::int64_t>(rest_.data() + 24);
  rest_.remove_prefix(kFixedBytes);
  for (const auto text : kRecordTexts) {
    if (text == &Record::kind && version_ == kVersionWithoutKind) continue;
    if (!take_text(rest_, record.*text)) {
      return fail(ErrorCode::kCorrupt, "read a batch: a record runs past the end");
    }
  }
  if (version_ == kVersionWithoutKind) record.kind = default_kind(record.name);
  ++seen_;
  return true;
}

}  // namespace penstock::event
