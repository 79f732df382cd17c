// Day files, open for reading: one connection a day, kept for the next question.
//
// The worker makes, fills and removes files meanwhile. A day whose file is absent, or is not ready
// yet, has no reader; a file that was removed or replaced is noticed when it is asked for again.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "sqlite/sqlite.h"
#include "store/contract/queries.h"
#include "store/rollup/hyperloglog.h"
#include "store/sqlite/day_columns.h"
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

  // False where it was migrated or compacted since: its views are of no use then, and it is to be
  // opened anew.
  Result<bool> is_as_opened();

  // Not of a day of an older version, whose rows have to be asked.
  bool has_columns() const { return version_ >= kColumnsVersion; }

  // Projects that have events; only `project` itself where it is not "".
  Result<std::vector<std::string>> projects(const std::string& project);

  // Whether its totals and sketches are those of its rows: not while rows that were changed or
  // deleted wait to be counted anew.
  Result<bool> has_totals();

  // Each time of the span that has events of the code: kTotalCode or kBotsCode.
  Result<void> counts(const Span& span, std::string_view project, std::int64_t code,
                      FunctionRef<void(std::int64_t at_s, std::uint64_t events)> visit);

  Result<void> sketches(const Span& span, std::string_view project,
                        FunctionRef<void(std::int64_t at_s, const HyperLogLog& sketch)> visit);

  DayColumns& columns() { return columns_; }
  // What its dictionaries are hashed with; nullopt where nothing is sealed yet.
  Result<std::optional<crypto::HashKey>> dictionary_key();

  // Calls `visit` with a row, lent for the call. False where it is not there (any more).
  Result<bool> read_row(std::int64_t row_id, FunctionRef<void(const event::Row&)> visit);
  // The same with each row from `first` to `last` that is there, in their order, until `visit` says
  // false.
  Result<void> read_rows(std::int64_t first, std::int64_t last,
                         FunctionRef<bool(const event::Row&)> visit);

 private:
  DayReader(sqlite::Database database, std::int64_t version, std::shared_ptr<SharedMasks> masks)
      : database_(std::move(database)), version_(version), columns_(database_, std::move(masks)) {}

  sqlite::Database database_;
  const std::int64_t version_;
  DayColumns columns_;
};

class DayReaders {
 public:
  // A year of charts without opening a file twice; three descriptors each at most.
  static constexpr std::size_t kOpenMax = 128;

  // Days that keep what they have read of rows that are in no chunk yet: those that are written to.
  static constexpr std::ptrdiff_t kTailsKept = 2;

  explicit DayReaders(std::string folder) : folder_(std::move(folder)) {}
  DayReaders(const DayReaders&) = delete;
  DayReaders& operator=(const DayReaders&) = delete;

  // For the questions that follow: past it, every statement and every visit of a day fails.
  void set_deadline(const QueryDeadline& deadline) { deadline_ = deadline; }
  // Before each question: none is missing yet, and it is in time.
  void begin_question();
  bool is_out_of_time() const { return is_out_of_time_; }
  // Asked between two chunks too, where no statement runs.
  const std::function<bool()>& should_stop() const { return should_stop_; }
  bool is_given_up() const { return is_out_of_time_ && deadline_.is_given_up(); }
  // Days that the question passed over because they cannot be read, ascending.
  const std::vector<std::int64_t>& missing() const { return missing_; }

  // Days with a file that [from_ms, to_ms) touches, ascending.
  std::vector<std::int64_t> days(std::int64_t from_ms, std::int64_t to_ms) const;

  // Changes whenever what those days have may have changed (stamp_of).
  std::uint64_t stamp(const Range& range) const {
    return stamp_of(folder_, days(range.from_ms, range.to_ms));
  }

  // The days of the `count` last changed files and of all that were changed since, ascending.
  std::vector<std::int64_t> recently_changed(
      std::size_t count, std::int64_t since_ns = std::numeric_limits<std::int64_t>::max()) const;

  bool has_changed_since(std::int64_t day_ms, std::int64_t ns) const {
    return changed_at_ns(day_path(folder_, day_ms)) >= ns;
  }

  // Calls `visit` with the day's reader, lent until kOpenMax other days were opened; not at all
  // where there is nothing to read. A day that turns out to be damaged, or that may not be read, is
  // noted as missing and is no failure: the others can still be shown. What the visitor reads is of
  // one moment.
  Result<void> visit(std::int64_t day_ms, FunctionRef<Result<void>(DayReader&)> visit);

  // For what was read outside of visit(): the same, of a day's failure.
  Result<void> pass_over(std::int64_t day_ms, const Error& error);

  // The days of a range, ascending.
  Result<void> each(const Range& range,
                    FunctionRef<Result<void>(DayReader&, std::int64_t day_ms)> visit);
  // Descending, until `visit` says false.
  Result<void> each_newest_first(const Range& range,
                                 FunctionRef<Result<bool>(DayReader&, std::int64_t day_ms)> visit);

  // Null where there is nothing to read. Lent as above.
  Result<DayReader*> open(std::int64_t day_ms);

 private:
  struct Entry {
    std::int64_t day_ms;
    FileMark mark;
    std::unique_ptr<DayReader> reader;
  };

  Result<bool> visit_once(std::int64_t day_ms, FunctionRef<Result<void>(DayReader&)> visit);
  DayReader* keep(std::int64_t day_ms, const FileMark& mark, std::unique_ptr<DayReader> reader);
  void close(std::int64_t day_ms);
  bool is_among_newest(std::int64_t day_ms) const;
  void note_missing(std::int64_t day_ms, const Error& error);
  // Whether the log has not heard of the file that is there now.
  bool is_news(std::int64_t day_ms);

  const std::string folder_;
  std::vector<Entry> entries_;  // Most recently used last.
  QueryDeadline deadline_;
  bool is_out_of_time_ = false;
  std::vector<std::int64_t> missing_;
  std::vector<std::pair<std::int64_t, std::optional<FileMark>>> told_;  // One a day at most.
  // Asked by each open file's statements.
  const std::function<bool()> should_stop_ = [this] {
    is_out_of_time_ = is_out_of_time_ || deadline_.is_over();
    return is_out_of_time_;
  };
};

}  // namespace penstock::store
