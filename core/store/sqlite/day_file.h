// One day's database, open for writing: its rows, its rollups, and the statements for them.
//
// While it is open its journal is SQLite's WAL, so that readers never wait. A file that is closed
// goes back to the rollback journal if no reader holds it: then it stands alone, can be copied as
// it is, and is readable where nothing beside it may be created.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/column_writer.h"
#include "store/sqlite/compact_insert.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/rollup_statements.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/visit_writer.h"

namespace penstock::store {

class DayFile {
 public:
  enum class Inserted : std::uint8_t { kStored, kDuplicate, kRefused };

  // kFull: a commit is durable. kOff: not before sync(), or a sync of the whole file system, which
  // many files share; until then a power cut leaves the file as it was or with the commit.
  //
  // Creates the file and its tables where they are not there yet, and brings an older one up to
  // date, with a copy kept of it as it was.
  static Result<std::unique_ptr<DayFile>> open(const std::string& path, bool keeps_copy = true,
                                               sqlite::Sync sync = sqlite::Sync::kFull);
  ~DayFile();
  DayFile(const DayFile&) = delete;
  DayFile& operator=(const DayFile&) = delete;

  // False once the path leads to another file or to none: somebody removed this one, and what is
  // written to it would be lost.
  bool is_in_place() const;

  // What is committed is durable when it returns.
  Result<void> sync();
  // For a kOff file whose commits are durable: a journal that has grown is copied into the file.
  Result<void> shorten_journal();

  Result<sqlite::Transaction> begin() {
    binder_.forget();
    return sqlite::Transaction::begin(database_);
  }

  // Lent, for what is neither storing nor sealing. Rows that are deleted by it are noted.
  sqlite::Database& database() { return database_; }

  // `sequence` becomes the row id; all texts of the row but `ip` stay until the transaction ends.
  // kRefused where SQLite refuses the row by itself (too big, a constraint); every other failure is
  // an error of the file.
  Result<Inserted> insert(std::int64_t sequence, const event::Row& row, std::string_view ip);

  // The highest row id; 0 in an empty file.
  Result<std::int64_t> last_sequence();

  RollupStatements& rollups() { return rollups_; }
  ColumnWriter& columns() { return columns_; }
  VisitWriter& visits() { return visits_; }

 private:
  DayFile(std::string path, FileMark mark, sqlite::Sync sync, sqlite::Database database,
          RollupStatements rollups);
  Result<void> prepare_insert();
  Result<Inserted> insert_compact(std::int64_t sequence, const event::Row& row);

  const std::string path_;
  const FileMark mark_;
  const sqlite::Sync sync_;
  sqlite::Database database_;
  // Behind the database: statements go first.
  std::optional<sqlite::Statement> insert_;
  RowBinder binder_;                             // Of insert_.
  std::optional<CompactInsert> insert_compact_;  // Instead, in a compacted day.
  RollupStatements rollups_;
  ColumnWriter columns_{database_};
  VisitWriter visits_;
};

}  // namespace penstock::store
