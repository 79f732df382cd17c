// A connection's prepared statements between two uses of them (Database::lend): preparing one costs
// more than most look-ups do.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

struct sqlite3_stmt;

namespace penstock::sqlite {

class KeptStatements {
 public:
  static constexpr std::size_t kMax = 16;

  KeptStatements() = default;
  ~KeptStatements();  // Finalizes them. None is in use any more.
  KeptStatements(const KeptStatements&) = delete;
  KeptStatements& operator=(const KeptStatements&) = delete;

  // The one of this text, the caller's from now on; null where there is none.
  sqlite3_stmt* take(std::string_view sql);
  // Keeps it, reset and without parameters, in the place of the one that was kept longest where
  // there are kMax.
  void give(sqlite3_stmt* statement);

 private:
  struct Entry {
    std::string_view sql;  // The statement's own.
    sqlite3_stmt* statement;
  };
  std::vector<Entry> entries_;
};

}  // namespace penstock::sqlite
