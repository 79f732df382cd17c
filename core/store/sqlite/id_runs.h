// A set of ids in a database: sorted runs that are merged, as in a log-structured merge tree.
//
// Keys of clients' ids are random. In a B-tree each new one changes a page of its own; here a batch
// is a run, written from its first page to its last, and runs of a day are merged when there are
// many, so that a key is written about three times in its life. A run is cut into blocks of one
// page, found by the key's first bits. Each run's filter is kept in memory (12 bits a key): it
// answers nearly all questions about keys that are new.
//
//   runs    id, the day of receipt, the day of adding, the number of keys, the filter
//   blocks  run << 24 | block, the keys: 10 bytes each, big-endian, ascending
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "sqlite/sqlite.h"
#include "store/sqlite/block_filter.h"

namespace penstock::store {

// The bits of a client's id that do not depend on its time, and the day of receipt since 1970.
struct IdKey {
  std::uint64_t hash = 0;  // Uniform: 61 bits of a cryptographic hash and 3 of `rest`'s.
  std::uint16_t rest = 0;
  std::int64_t day = 0;

  bool has_same_id(const IdKey& other) const { return hash == other.hash && rest == other.rest; }
};

class IdRuns {
 public:
  // Reads the list of runs with their filters. Takes `database`, which has tables of create().
  static Result<std::unique_ptr<IdRuns>> open(sqlite::Database database);
  static Result<void> create(sqlite::Database& database);

  // What is wrong with a file's runs, each of which has its filter and as many keys as it says; ""
  // where nothing is. Only reads.
  static Result<std::string> find_fault(sqlite::Database& database);

  sqlite::Database& database() { return database_; }
  std::int64_t keys() const { return keys_; }

  // Sets known[i] where a run holds keys[i] and was received at most `days` before it, or later.
  // `keys` should ascend, by hash and rest.
  Result<void> find(std::span<const IdKey> keys, std::int64_t days, std::vector<bool>& known);

  // The three below belong into a transaction; where one fails, or its commit, the object is of no
  // more use. `keys` are of one day and ascend.
  Result<void> add(std::span<const IdKey> keys, std::int64_t today);
  // One merge at most, so that no batch waits for many.
  Result<void> merge();
  // Runs received before `oldest_kept`, and added before `oldest_added`; some of them.
  Result<void> forget(std::int64_t oldest_kept, std::int64_t oldest_added);

 private:
  struct Run {
    std::int64_t id;
    std::int64_t day;
    std::int64_t added;
    std::int64_t keys;
    BlockFilter filter;
  };
  struct Statements {
    sqlite::Statement find;
    sqlite::Statement blocks;
    sqlite::Statement add_run;
    sqlite::Statement add_block;
    sqlite::Statement remove_run;
    sqlite::Statement remove_blocks;
  };

  IdRuns(sqlite::Database database, Statements statements)
      : database_(std::move(database)), statements_(std::move(statements)) {}
  Result<void> load();
  Result<bool> has(const Run& run, const IdKey& key);
  Result<void> read_keys(const Run& run, std::vector<IdKey>& keys);
  Result<void> remove(const Run& run);
  // Indexes of the runs to merge; empty: none.
  std::vector<std::size_t> choose() const;

  sqlite::Database database_;
  Statements statements_;
  std::vector<Run> runs_;  // In no order.
  std::int64_t keys_ = 0;
  std::int64_t next_id_ = 1;
};

}  // namespace penstock::store
