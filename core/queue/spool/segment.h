// One segment of the spool: an SQLite file with a row for each message, written by one producer and
// read by one consumer.
//
// The writer commits with synchronous=FULL and never checkpoints: the WAL is the log, its frames
// have checksums, and what was not committed is cut off when it is opened again. It is also what
// keeps clear of SQLite's WAL-reset bug, which needs two connections that checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::queue {

// Blocking; one thread at a time.
class SegmentWriter {
 public:
  // `path` is without ".db". The file must not exist.
  static Result<SegmentWriter> create(const std::string& path);
  SegmentWriter(SegmentWriter&& other) noexcept;
  SegmentWriter& operator=(SegmentWriter&&) = delete;
  // Closes the segment: the consumer may remove it. Removes it where nothing was ever appended.
  ~SegmentWriter();

  // All messages in one transaction, on the disk when this returns. After an error the segment must
  // be given up: a second fsync after a failed one reports success for data that is gone.
  Result<void> append(std::span<const std::string_view> messages, std::int64_t at_ms);

  // Of the messages appended.
  std::uint64_t bytes() const { return bytes_; }

 private:
  SegmentWriter(std::string path, sqlite::Database database, sqlite::Statement insert);
  static Result<SegmentWriter> create_files(const std::string& path);
  Result<void> insert(std::string_view message, std::int64_t at_ms);

  std::string path_;
  sqlite::Database database_;
  sqlite::Statement insert_;
  std::uint64_t bytes_ = 0;
  bool is_empty_ = true;
};

// Blocking; one thread at a time.
class SegmentReader {
 public:
  // Nullopt: the writer has not finished creating it; a segment that is complete and has no content
  // never held a message. `is_alone`: nobody else has it open, its process is dead (see
  // sqlite::Database::Options). kRejected for the format of a newer program.
  static Result<std::optional<SegmentReader>> open(const std::string& path, bool is_alone = false);

  struct Head {
    std::int64_t id;
    std::int64_t at_ms;
  };
  // The first message after `id`; ids count from 1 without gaps.
  Result<std::optional<Head>> head_after(std::int64_t id);

  struct Limits {
    std::size_t messages_max;
    std::size_t bytes_max;
  };
  // Appends the messages after `id` to `out`, lowers `left` by them, and returns the last one's id,
  // or `id` where none fits. The first message of an empty `out` always fits.
  Result<std::int64_t> read_after(std::int64_t id, Limits& left, std::vector<std::string>& out);

  // 0 where there is no message.
  Result<std::int64_t> last_id();

 private:
  SegmentReader(sqlite::Database database, sqlite::Statement head, sqlite::Statement read)
      : database_(std::move(database)), head_(std::move(head)), read_(std::move(read)) {}

  sqlite::Database database_;
  sqlite::Statement head_;
  sqlite::Statement read_;
};

}  // namespace penstock::queue
