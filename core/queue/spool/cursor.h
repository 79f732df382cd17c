// Where the consumer is in each segment, kept so that a restart does not read everything again.
//
// Only an optimisation: what is delivered twice is stored once. So nothing here fails; a cursor
// that cannot be kept, as on a full disk, is kept in memory by the consumer alone. synchronous is
// NORMAL: a power cut may take the last steps back, never forward.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::queue {

class SpoolCursor {
 public:
  // `spool` is the folder; the file is cursor.db in it. Borrows `clock`.
  SpoolCursor(std::string spool, const Clock& clock) : spool_(std::move(spool)), clock_(clock) {}

  // The last message of the segment ("INSTANCE/000001-r0") that is done with; 0: none.
  std::int64_t load(const std::string& segment);
  // False: it could not be kept; worth another try later.
  bool save(const std::string& segment, std::int64_t id);
  void forget(const std::string& segment);

 private:
  struct Open {
    sqlite::Database database;
    sqlite::Statement load;
    sqlite::Statement save;
    sqlite::Statement forget;
  };
  static Result<Open> open(const std::string& path);
  Open* opened();
  void give_up(const Error& error);

  const std::string spool_;
  const Clock& clock_;
  std::optional<Open> open_;
  std::int64_t retry_at_us_ = 0;  // The file is not tried before.
};

// Reads a cursor file without changing it; 0 where there is none.
class SpoolCursorReader {
 public:
  static std::optional<SpoolCursorReader> open(const std::string& spool);
  std::int64_t load(const std::string& segment);

 private:
  SpoolCursorReader(sqlite::Database database, sqlite::Statement load)
      : database_(std::move(database)), load_(std::move(load)) {}

  sqlite::Database database_;
  sqlite::Statement load_;
};

}  // namespace penstock::queue
