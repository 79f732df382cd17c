// Day files, open for reading: one connection a day, kept for the next question.
//
// The worker makes, fills and removes files meanwhile. A day whose file is absent, or is not ready
// yet, has no reader; a file that was removed or replaced is noticed when it is asked for again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "sqlite/sqlite.h"
#include "store/rollup/hyperloglog.h"
#include "store/sqlite/day_folder.h"

namespace penstock::store {

// Times are in seconds, [from, to), and multiples of the step.
struct Span {
  std::int64_t step_s;
  std::int64_t from_s;
  std::int64_t to_s;
};

class DayReader {
 public:
  // Null where the file has no tables yet. kConfiguration for one of a newer schema version.
  static Result<std::unique_ptr<DayReader>> open(const std::string& path);

  sqlite::Database& database() { return database_; }

  // Projects that have events; only `project` itself where it is not "".
  Result<std::vector<std::string>> projects(const std::string& project);

  // Each time of the span that has events of the value.
  Result<void> counts(const Span& span, std::string_view project, std::int64_t code,
                      std::string_view value,
                      FunctionRef<void(std::int64_t at_s, std::uint64_t events)> visit);

  // Each value of a dimension with its sum over the span.
  Result<void> values(const Span& span, std::string_view project, std::int64_t code,
                      FunctionRef<void(std::string_view value, std::uint64_t events)> visit);

  Result<void> sketches(const Span& span, std::string_view project,
                        FunctionRef<void(std::int64_t at_s, const HyperLogLog& sketch)> visit);

 private:
  explicit DayReader(sqlite::Database database) : database_(std::move(database)) {}
  Result<sqlite::Statement*> prepared(std::optional<sqlite::Statement>& kept, std::string_view sql);

  sqlite::Database database_;
  // Prepared when they are first needed.
  std::optional<sqlite::Statement> next_project_;
  std::optional<sqlite::Statement> counts_;
  std::optional<sqlite::Statement> count_at_;
  std::optional<sqlite::Statement> values_;
  std::optional<sqlite::Statement> sketches_;
};

class DayReaders {
 public:
  // A year of charts without opening a file twice; three descriptors each at most.
  static constexpr std::size_t kOpenMax = 128;

  explicit DayReaders(std::string folder) : folder_(std::move(folder)) {}

  // Days with a file that [from_ms, to_ms) touches, ascending.
  std::vector<std::int64_t> days(std::int64_t from_ms, std::int64_t to_ms) const;

  // The last changed files' days, ascending, `count` at most.
  std::vector<std::int64_t> recently_changed(std::size_t count) const;

  // Null where there is nothing to read. Lent until kOpenMax other days were opened.
  Result<DayReader*> open(std::int64_t day_ms);

 private:
  struct Entry {
    std::int64_t day_ms;
    FileMark mark;
    std::unique_ptr<DayReader> reader;
  };

  const std::string folder_;
  std::vector<Entry> entries_;  // Most recently used last.
};

}  // namespace penstock::store
