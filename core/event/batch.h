// The queue's native message: one batch of records (version 2).
//
// All integers are little-endian.
//
//   offset size
//   0      1    0xB5: no JSON text begins with it, so a reader tells the formats apart
//   1      1    format version
//   2      2    zero
//   4      4    count of records
//   8      4    bytes of records that follow the header
//   12     4    low half of XXH3-64 over those bytes
//   16          records
//
// A record: id (16 bytes), received_at and occurred_at (8 bytes each, milliseconds), then twelve
// texts in the order of Record's members (fields.h), each a LEB128 length of at most 4 bytes and
// its bytes. Version 1 is the same without `kind`; its readers' kind is the default by the name.
//
// Readers accept the current version and the one before; a newer one is kRejected, so that a worker
// that was not upgraded sets the message aside instead of guessing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "event/fields.h"
#include "event/record.h"

namespace penstock::event {

inline constexpr std::uint8_t kBatchMagic = 0xB5;
inline constexpr std::uint8_t kBatchVersion = 2;
inline constexpr std::size_t kBatchHeaderBytes = 16;

// Writes one batch. Reusable: clear() keeps the capacity, so a busy writer stops allocating.
class BatchWriter {
 public:
  BatchWriter();

  // Copies the record, whose bytes_of() the caller knows; the views may go afterwards.
  void add(const Record& record, std::size_t record_bytes);
  void add(const Record& record) { add(record, bytes_of(record)); }

  // A point to come back to: what a refused request added is taken out again.
  struct Mark {
    std::size_t bytes;
    std::uint32_t count;
  };
  Mark mark() const { return {used_, count_}; }
  void rollback(Mark mark);

  std::uint32_t count() const { return count_; }
  std::size_t bytes() const { return used_; }

  // Completes the header and lends the message, valid until the next call.
  std::string_view finish();

  // As finish(), but gives the message away and starts the next batch empty. What is given away
  // holds at most twice its size in memory.
  std::string take();

  void clear();
  // While it holds no record: gives back what is held beyond `keep_bytes`; returns how much.
  std::size_t shrink(std::size_t keep_bytes);

 private:
  std::string bytes_;
  std::size_t used_ = 0;  // Of it; the header at least.
  std::uint32_t count_ = 0;
};

// Reads one batch; checks the header, the version and the checksum before the first record.
class BatchReader {
 public:
  // Borrows `message` for as long as the reader and its records are used. kCorrupt for bytes that
  // are not a whole batch, kRejected for a version that this program does not know.
  static Result<BatchReader> open(std::string_view message);

  std::uint32_t count() const { return count_; }

  // False after the last record. kCorrupt where a record runs past the end.
  Result<bool> next(Record& record);

 private:
  BatchReader(std::string_view records, std::uint32_t count, std::uint8_t version)
      : rest_(records), count_(count), version_(version) {}

  std::string_view rest_;
  std::uint32_t count_;
  std::uint8_t version_;
  std::uint32_t seen_ = 0;
};

// Whether a queue message is a native batch; what is not, is JSON or poison.
inline bool is_native_batch(std::string_view message) {
  return !message.empty() && static_cast<std::uint8_t>(message.front()) == kBatchMagic;
}

}  // namespace penstock::event
