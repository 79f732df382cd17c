// Where the consumer is in each segment, kept so that a restart does not read everything again, and
// what it has claimed, kept so that the next one knows with which messages it died.
//
// Nothing rests on either: what is delivered twice is stored once. So nothing here fails; what
// cannot be kept, as on a full disk, is kept in memory by the consumer alone. synchronous is
// NORMAL: a power cut may take the last steps back, never forward.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "sqlite/sqlite.h"

namespace penstock::queue {

// The last message of a segment ("INSTANCE/000001-r0") that is done with.
struct SpoolPlace {
  std::string segment;
  std::int64_t id = 0;
};

// What was claimed of a segment. One that is found by the next consumer is that of a dead one.
struct SpoolClaim {
  std::int64_t up_to = 0;      // The last message of the largest claim.
  std::int64_t alone_id = 0;   // The message that was last claimed with no other; 0: none.
  std::uint32_t receipts = 0;  // How often that one was.
};
using SpoolClaims = std::map<std::string, SpoolClaim>;  // By segment.

class SpoolCursor {
 public:
  // `spool` is the folder; the file is cursor.db in it. Borrows `clock`.
  SpoolCursor(std::string spool, const Clock& clock) : spool_(std::move(spool)), clock_(clock) {}

  // The last message of the segment that is done with; 0: none.
  std::int64_t load(const std::string& segment);
  // All or none, and with them ends what was claimed up to there. False: they could not be kept;
  // worth another try later.
  bool save(std::span<const SpoolPlace> places);
  bool save(const SpoolPlace& place) { return save(std::span(&place, 1)); }
  void forget(const std::string& segment);

  SpoolClaims load_claims();
  // All or none.
  void save_claims(const SpoolClaims& claims);
  void forget_claims(const SpoolClaims& claims);

 private:
  struct Open {
    sqlite::Database database;
    sqlite::Statement load;
    sqlite::Statement save;
    sqlite::Statement forget;
    sqlite::Statement load_claims;
    sqlite::Statement save_claim;
    sqlite::Statement end_claim;
  };
  static Result<Open> open(const std::string& path);
  Open* opened();
  // Runs `write` on the open file in a transaction; false where that could not be.
  template <class Write>
  bool change(Write write);
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
