#include "store/sqlite/check.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/function_ref.h"
#include "base/text.h"
#include "sqlite/sqlite.h"
#include "sqlite/versions.h"
#include "store/rollup/rollup_sink.h"
#include "store/sqlite/bad_days.h"
#include "store/sqlite/column_check.h"
#include "store/sqlite/column_tables.h"
#include "store/sqlite/day_columns.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/id_runs.h"
#include "store/sqlite/migrations.h"
#include "store/sqlite/older_recent_ids.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/steady_reader.h"

namespace penstock::store {
namespace {

constexpr const char* kDamagedRemedy =
    "stop the worker and restore the file from a backup, or move it out of the folder (penstock "
    "export writes what can be read of it)";
constexpr const char* kNewerRemedy = "run the version of Penstock that made it, or a later one";
constexpr const char* kCountsRemedy =
    "the rows are whole, charts of the day are not exact; restore the file from a backup made "
    "before, if that matters more than what came since";
constexpr const char* kColumnsRemedy =
    "the rows are whole, charts of the day are not exact; stop the worker, take the columns away "
    "(sqlite3 FILE 'DELETE FROM chunks; DELETE FROM blocks') and start it: it makes them anew";
constexpr const char* kRecentRemedy =
    "stop the worker and move the file away: the worker makes it anew, and an event that a client "
    "sends again under another time may be stored twice within the next 7 days";
constexpr const char* kLaterRemedy = "it could not be looked at now; check it again";
constexpr const char* kPlainRemedy = "move it out of the folder";

// "" for no fault.
struct Finding {
  std::string what;
  const char* remedy = "";
};

// Times of a step at which the rows and their count differ, and the first of them. Both sides are
// of one moment: it is one statement. Rows have milliseconds, counts seconds.
constexpr std::string_view kDifferences = R"(
SELECT count(*), min(at) FROM (
  SELECT project, at FROM (
    SELECT project, occurred_at / 1000 / ?1 * ?1 AS at, 1 AS stored, is_bot AS bots,
           0 AS counted, 0 AS counted_bots FROM events
    UNION ALL
    SELECT project, at, 0, 0, CASE dimension WHEN ?2 THEN events ELSE 0 END,
           CASE dimension WHEN ?3 THEN events ELSE 0 END
    FROM counts WHERE step = ?1 AND dimension IN (?2, ?3))
  GROUP BY project, at
  HAVING sum(stored) <> sum(counted) OR sum(bots) <> sum(counted_bots)))";

Result<Finding> compare_counts(sqlite::Database& database) {
  auto differences = database.prepare(kDifferences);
  if (!differences) return fail(differences.error());
  for (const std::int64_t step_s : {kHourS, kDayS}) {
    differences->reset();
    differences->bind(1, step_s).bind(2, kTotalCode).bind(3, kBotsCode);
    PENSTOCK_TRY(differences->step());
    const std::int64_t times = differences->integer(0);
    if (times == 0) continue;
    std::string first;
    append_rfc3339(first, differences->integer(1) * 1'000);
    return Finding{str_cat("the counts of ", step_s, " s differ from the rows at ", times,
                           " times, first at ", first),
                   kCountsRemedy};
  }
  return Finding{};
}

// While rows that were changed wait to be counted anew, nobody reads the counts.
Result<Finding> check_counts(sqlite::Database& database, std::int64_t version) {
  if (version < kColumnsVersion) return compare_counts(database);
  auto changed = read_changed_rows(database);
  if (!changed) return fail(changed.error());
  return changed->empty() ? compare_counts(database) : Finding{};
}

Result<Finding> check_pages(sqlite::Database& database, bool is_quick, const char* remedy) {
  auto fault = integrity_fault(database, is_quick);
  if (!fault) return fail(fault.error());
  return Finding{*std::move(fault), remedy};
}

Finding newer_than(std::int64_t known, std::int64_t version) {
  return {
      str_cat("it is of schema version ", version, ", and this program knows ", known, " at most"),
      kNewerRemedy};
}

Result<Finding> check_day_of(sqlite::Database& database, std::int64_t version, bool is_quick) {
  if (is_newer_version(version)) return newer_than(kSchemaVersion, version);
  auto pages = check_pages(database, is_quick, kDamagedRemedy);
  if (!pages || !pages->what.empty()) return pages;
  if (version > 0) {
    auto counts = check_counts(database, version);
    if (!counts || !counts->what.empty() || is_quick || version < kColumnsVersion) return counts;
    auto columns = column_fault(database);
    if (!columns) return fail(columns.error());
    return Finding{*std::move(columns), kColumnsRemedy};
  }
  // A worker has only just made it, or died while it did.
  auto tables = database.prepare("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  PENSTOCK_TRY(tables->step());
  if (tables->integer(0) == 0) return Finding{};
  return Finding{"it is a database of another program", kPlainRemedy};
}

// Again where the worker has just migrated or compacted it.
Result<Finding> check_day(sqlite::Database& database, bool is_quick) {
  while (true) {
    const auto version = see_as_current(database);
    if (!version) return fail(version.error());
    auto finding = check_day_of(database, *version, is_quick);
    if (finding && finding->what.empty()) return finding;
    const auto now = sqlite::version_of(database);
    if (!now || *now == *version) return finding;
    PENSTOCK_TRY(database.execute("DROP VIEW IF EXISTS temp.events"));
  }
}

Result<Finding> check_recent(sqlite::Database& database, bool is_quick) {
  auto pages = check_pages(database, is_quick, kRecentRemedy);
  if (!pages || !pages->what.empty()) return pages;
  const auto version = sqlite::version_of(database);
  if (!version) return fail(version.error());
  if (*version > kRecentIdsVersion) return newer_than(kRecentIdsVersion, *version);
  // An older one has other tables, until the worker first writes to it.
  if (*version < kRecentIdsVersion) return Finding{};
  auto fault = IdRuns::find_fault(database);
  if (!fault) return fail(fault.error());
  return Finding{*std::move(fault), kRecentRemedy};
}

class Checker {
 public:
  // Adds the file's fault, or counts it. What passes, as a lock, is told like a fault: the file was
  // not looked at.
  void look(const std::string& path, const char* remedy,
            FunctionRef<Result<Finding>(sqlite::Database&)> check) {
    if (!mark_of(path)) return;
    if (!is_plain_file(path)) return add(path, "it is no plain file", kPlainRemedy);
    Finding finding;
    const auto done = read_steadily(path, [&](sqlite::Database& database) -> Result<void> {
      auto found = check(database);
      if (!found) return fail(found.error());
      finding = *std::move(found);
      return {};
    });
    if (!done) {
      // Gone: the retention has removed it meanwhile.
      if (mark_of(path)) {
        add(path, sqlite_text(done.error()), is_lasting(done.error()) ? remedy : kLaterRemedy);
      }
    } else if (!finding.what.empty()) {
      add(path, finding.what, finding.remedy);
    } else {
      ++done_.files;
    }
  }

  FilesDone take() { return std::move(done_); }

 private:
  void add(const std::string& path, std::string what, const char* remedy) {
    done_.faults.push_back({path, std::move(what), remedy});
  }

  FilesDone done_;
};

}  // namespace

Result<FilesDone> check_sqlite_store(const std::string& path, bool is_quick) {
  Checker checker;
  checker.look(RecentIds::path_in(path), kRecentRemedy,
               [&](sqlite::Database& database) { return check_recent(database, is_quick); });
  for (const std::int64_t day_ms : list_days(path)) {
    checker.look(day_path(path, day_ms), kDamagedRemedy,
                 [&](sqlite::Database& database) { return check_day(database, is_quick); });
  }
  return checker.take();
}

}  // namespace penstock::store
