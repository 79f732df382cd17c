// How a day's events may lie in SQLite, so that any question about them is quick: what each layout
// costs to write and to keep, and what it takes to answer. The figures are in docs/decisions/0021.
//
//   layout_bench FOLDER ROWS [LAYOUT...]      layouts: rows covering clustered bitmaps columns
//
// Made-up traffic of 60 days: 500,000 paths and 20,000 referrers by Zipf's law, 200,000 visitors, a
// name that only ten rows have. Processor time, so that a busy machine matters less.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <sqlite3.h>
#include <sys/resource.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "layout_traffic.h"

namespace penstock {
namespace {

constexpr std::size_t kChunkRows = 8'192;
constexpr std::size_t kTransactionRows = 5'000;
constexpr std::size_t kTop = 10;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) {
    PENSTOCK_CHECK(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr) ==
                   SQLITE_OK);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int at, std::int64_t number) { sqlite3_bind_int64(statement_, at, number); }
  void bind(int at, std::string_view text) {
    sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind_blob(int at, const void* bytes, std::size_t size) {
    sqlite3_bind_blob(statement_, at, bytes, static_cast<int>(size), SQLITE_STATIC);
  }
  bool step() {
    const int stepped = sqlite3_step(statement_);
    PENSTOCK_CHECK(stepped == SQLITE_ROW || stepped == SQLITE_DONE);
    return stepped == SQLITE_ROW;
  }
  void run() {
    while (step()) {
    }
    sqlite3_reset(statement_);
  }
  std::int64_t number(int at) { return sqlite3_column_int64(statement_, at); }
  std::string_view blob(int at) {
    const void* const bytes = sqlite3_column_blob(statement_, at);
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, at))};
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

class Day {
 public:
  Day(const std::filesystem::path& folder, std::uint32_t number) {
    const std::string path = (folder / (str_cat(number) + ".db")).string();
    PENSTOCK_CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
    execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;"
        "PRAGMA mmap_size = 1073741824");
  }
  ~Day() { sqlite3_close(database_); }
  Day(const Day&) = delete;
  Day& operator=(const Day&) = delete;

  void execute(const char* sql) {
    PENSTOCK_CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }
  sqlite3* get() { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

// What every layout is asked. Each answer is a number that all must agree on.
struct Question {
  const char* what;
  const char* sql;  // For one day; its first column is summed, or merged by the second.
  bool is_top;
};
constexpr Question kQuestions[] = {
    {"top paths", "SELECT count(*), path FROM events GROUP BY path", true},
    {"top paths, a name", "SELECT count(*), path FROM events WHERE name = 'click' GROUP BY path",
     true},
    {"by minute, a name",
     "SELECT sum(n) FROM (SELECT count(*) AS n FROM events WHERE name = 'click' GROUP BY at / "
     "60000)",
     false},
    {"visitors, two filters",
     "SELECT count(DISTINCT visitor) FROM events WHERE name = 'click' AND browser = 'Edge'", false},
    {"a rare value's rows", "SELECT count(*) FROM events WHERE name = 'rare_event'", false},
};
constexpr std::size_t kQuestionCount = std::size(kQuestions);

class Layout {
 public:
  virtual ~Layout() = default;
  virtual void begin_day(Day& day) = 0;
  virtual void add(const Row& row) = 0;
  virtual void end_day() = 0;
  virtual std::uint64_t ask(const std::filesystem::path& folder, std::size_t question) = 0;
};

std::uint64_t largest(const std::unordered_map<std::string, std::uint64_t>& counts) {
  std::vector<std::uint64_t> all;
  for (const auto& [value, count] : counts) all.push_back(count);
  const std::size_t kept = std::min(kTop, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                    std::greater<>());
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kept; ++i) sum += all[i];
  return sum;
}

// Rows, with what indexes or order a day is given.
class SqlLayout : public Layout {
 public:
  explicit SqlLayout(const char* schema) : schema_(schema) {}

  void begin_day(Day& day) override {
    day.execute(schema_);
    insert_ = std::make_unique<Statement>(day.get(),
                                          "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    id_ = 0;
  }
  void add(const Row& row) override {
    insert_->bind(1, ++id_);
    insert_->bind(2, row.at_ms);
    insert_->bind(3, static_cast<std::int64_t>(row.visitor));
    for (int i = 0; i < kColumns; ++i) {
      insert_->bind(4 + i, row.texts[static_cast<std::size_t>(i)]);
    }
    insert_->run();
  }
  void end_day() override { insert_.reset(); }

  std::uint64_t ask(const std::filesystem::path& folder, std::size_t question) override {
    std::unordered_map<std::string, std::uint64_t> counts;
    std::uint64_t sum = 0;
    for (std::uint32_t number = 0; number < kDays; ++number) {
      Day day(folder, number);
      Statement statement(day.get(), kQuestions[question].sql);
      while (statement.step()) {
        const auto count = static_cast<std::uint64_t>(statement.number(0));
        if (kQuestions[question].is_top) {
          counts[std::string(statement.blob(1))] += count;
        } else {
          sum += count;
        }
      }
    }
    return kQuestions[question].is_top ? largest(counts) : sum;
  }

 private:
  const char* schema_;
  std::unique_ptr<Statement> insert_;
  std::int64_t id_ = 0;
};

constexpr const char* kRows =
    "CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER, visitor INTEGER, name TEXT, path "
    "TEXT, referrer TEXT, browser TEXT, country TEXT);"
    "CREATE INDEX by_time ON events (at)";
constexpr const char* kCovering =
    "CREATE TABLE events (id INTEGER PRIMARY KEY, at INTEGER, visitor INTEGER, name TEXT, path "
    "TEXT, referrer TEXT, browser TEXT, country TEXT);"
    "CREATE INDEX by_time ON events (at);"
    "CREATE INDEX by_path ON events (path, name);"
    "CREATE INDEX by_name ON events (name, at, browser, visitor)";
constexpr const char* kClustered =
    "CREATE TABLE events (id INTEGER, at INTEGER, visitor INTEGER, name TEXT, path TEXT, referrer "
    "TEXT, browser TEXT, country TEXT, PRIMARY KEY (name, at, id)) WITHOUT ROWID";

// Rows, and of each value of a column which rows have it: bits of a chunk, or a list of few.
class BitmapLayout final : public SqlLayout {
 public:
  BitmapLayout() : SqlLayout(kRows) {}

  void begin_day(Day& day) override {
    SqlLayout::begin_day(day);
    day.execute(
        "CREATE TABLE bits (dimension INTEGER, value TEXT, rows INTEGER, bits BLOB,"
        " PRIMARY KEY (dimension, value)) WITHOUT ROWID");
    day_ = &day;
    rows_ = 0;
  }
  void add(const Row& row) override {
    SqlLayout::add(row);
    for (std::size_t i = 0; i < kColumns; ++i) {
      values_[i][std::string(row.texts[i])].push_back(rows_);
    }
    ++rows_;
  }
  void end_day() override {
    Statement insert(day_->get(), "INSERT INTO bits VALUES (?, ?, ?, ?)");
    for (std::size_t i = 0; i < kColumns; ++i) {
      for (const auto& [value, rows] : values_[i]) {
        const std::string bits = packed(rows);
        insert.bind(1, static_cast<std::int64_t>(i));
        insert.bind(2, value);
        insert.bind(3, static_cast<std::int64_t>(rows.size()));
        insert.bind_blob(4, bits.data(), bits.size());
        insert.run();
      }
      values_[i].clear();
    }
    SqlLayout::end_day();
  }

  std::uint64_t ask(const std::filesystem::path& folder, std::size_t question) override {
    if (question != 0 && question != 4) return SqlLayout::ask(folder, question);
    std::unordered_map<std::string, std::uint64_t> counts;
    for (std::uint32_t number = 0; number < kDays; ++number) {
      Day day(folder, number);
      Statement statement(
          day.get(), question == 0 ? "SELECT rows, value FROM bits WHERE dimension = 1"
                                   : "SELECT rows, value FROM bits WHERE dimension = 0 AND value = "
                                     "'rare_event'");
      while (statement.step()) {
        counts[std::string(statement.blob(1))] += static_cast<std::uint64_t>(statement.number(0));
      }
    }
    return largest(counts);
  }

 private:
  std::string packed(const std::vector<std::uint32_t>& rows) const {
    if (rows.size() * 4 < rows_ / 8) {
      return {reinterpret_cast<const char*>(rows.data()), rows.size() * 4};
    }
    std::string bits(rows_ / 8 + 1, '\0');
    for (const std::uint32_t row : rows) {
      bits[row / 8] = static_cast<char>(bits[row / 8] | 1 << row % 8);
    }
    return bits;
  }

  Day* day_ = nullptr;
  std::uint32_t rows_ = 0;
  std::array<std::unordered_map<std::string, std::vector<std::uint32_t>>, kColumns> values_;
};

// Rows, and beside them each chunk's columns as blocks: codes of a day's dictionary, whose words
// are a block of hashes and one of texts.
class ColumnLayout final : public SqlLayout {
 public:
  ColumnLayout() : SqlLayout(kRows) {}

  void begin_day(Day& day) override {
    SqlLayout::begin_day(day);
    day.execute(
        "CREATE TABLE blocks (column INTEGER, chunk INTEGER, data BLOB,"
        " PRIMARY KEY (column, chunk))");
    day_ = &day;
    for (auto& codes : dictionaries_) codes.clear();
    for (auto& words : words_) words = {};
    chunk_ = 0;
  }
  void add(const Row& row) override {
    SqlLayout::add(row);
    for (std::size_t i = 0; i < kColumns; ++i) codes_[i].push_back(code_of(i, row.texts[i]));
    times_.push_back(row.at_ms);
    visitors_.push_back(row.visitor);
    if (times_.size() == kChunkRows) seal();
  }
  void end_day() override {
    if (!times_.empty()) seal();
    for (std::size_t i = 0; i < kColumns; ++i) {
      put(kHashesAt + i, 0, words_[i].hashes);
      put_bytes(kTextsAt + i, words_[i].texts);
      put(kEndsAt + i, 0, words_[i].ends);
    }
    SqlLayout::end_day();
  }

  std::uint64_t ask(const std::filesystem::path& folder, std::size_t question) override {
    std::unordered_map<std::uint64_t, std::uint64_t> counts;
    std::uint64_t sum = 0;
    for (std::uint32_t number = 0; number < kDays; ++number) {
      Day day(folder, number);
      Reader reader(day);
      if (question <= 1) {
        count_paths(reader, question == 1, counts);
      } else if (question == 2) {
        sum += count_minutes(reader);
      } else if (question == 3) {
        sum += count_visitors(reader);
      } else {
        sum += count_rare(reader);
      }
    }
    if (question > 1) return sum;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
    for (const auto& [hash, count] : counts) all.emplace_back(count, hash);
    std::partial_sort(all.begin(), all.begin() + kTop, all.end(), std::greater<>());
    for (std::size_t i = 0; i < kTop; ++i) sum += all[i].first;
    return sum;
  }

 private:
  static constexpr std::size_t kTimesAt = kColumns;
  static constexpr std::size_t kVisitorsAt = kColumns + 1;
  static constexpr std::size_t kHashesAt = 16;
  static constexpr std::size_t kTextsAt = 32;
  static constexpr std::size_t kEndsAt = 48;

  struct Words {
    std::vector<std::uint64_t> hashes;
    std::vector<std::uint32_t> ends;
    std::string texts;
  };

  class Reader {
   public:
    explicit Reader(Day& day)
        : statement_(day.get(), "SELECT data FROM blocks WHERE column = ? ORDER BY chunk") {}

    // All chunks of a column, one behind the other.
    template <class T>
    std::vector<T> all(std::size_t column) {
      std::vector<T> values;
      statement_.bind(1, static_cast<std::int64_t>(column));
      read_into(values);
      return values;
    }

   private:
    template <class T>
    void read_into(std::vector<T>& values) {
      while (statement_.step()) {
        const std::string_view data = statement_.blob(0);
        const std::size_t before = values.size();
        values.resize(before + data.size() / sizeof(T));
        std::memcpy(values.data() + before, data.data(), data.size() / sizeof(T) * sizeof(T));
      }
      statement_.run();
    }
    Statement statement_;
  };

  std::uint32_t code_of(std::size_t column, std::string_view text) {
    auto& dictionary = dictionaries_[column];
    const auto found = dictionary.find(std::string(text));
    if (found != dictionary.end()) return found->second;
    Words& words = words_[column];
    const auto code = static_cast<std::uint32_t>(words.hashes.size());
    dictionary.emplace(text, code);
    words.hashes.push_back(hash64(text));
    words.texts += text;
    words.ends.push_back(static_cast<std::uint32_t>(words.texts.size()));
    return code;
  }

  template <class T>
  void put(std::size_t column, std::uint32_t chunk, const std::vector<T>& values) {
    Statement insert(day_->get(), "INSERT INTO blocks VALUES (?, ?, ?)");
    insert.bind(1, static_cast<std::int64_t>(column));
    insert.bind(2, chunk);
    insert.bind_blob(3, values.data(), values.size() * sizeof(T));
    insert.run();
  }
  void put_bytes(std::size_t column, const std::string& bytes) {
    Statement insert(day_->get(), "INSERT INTO blocks VALUES (?, 0, ?)");
    insert.bind(1, static_cast<std::int64_t>(column));
    insert.bind_blob(2, bytes.data(), bytes.size());
    insert.run();
  }

  void seal() {
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (is_wide(i)) {
        put(i, chunk_, codes_[i]);
      } else {
        put(i, chunk_, std::vector<std::uint16_t>(codes_[i].begin(), codes_[i].end()));
      }
      codes_[i].clear();
    }
    put(kTimesAt, chunk_, times_);
    put(kVisitorsAt, chunk_, visitors_);
    times_.clear();
    visitors_.clear();
    ++chunk_;
  }
  static bool is_wide(std::size_t column) { return column == kPath || column == kReferrer; }

  static std::uint32_t code_in(Reader& reader, std::size_t column, std::string_view text) {
    const auto hashes = reader.all<std::uint64_t>(kHashesAt + column);
    const auto found = std::find(hashes.begin(), hashes.end(), hash64(text));
    return static_cast<std::uint32_t>(found - hashes.begin());
  }

  static void count_paths(Reader& reader, bool is_filtered,
                          std::unordered_map<std::uint64_t, std::uint64_t>& counts) {
    const auto hashes = reader.all<std::uint64_t>(kHashesAt + kPath);
    const auto paths = reader.all<std::uint32_t>(kPath);
    std::vector<std::uint32_t> of_code(hashes.size());
    if (is_filtered) {
      const std::uint32_t click = code_in(reader, kName, "click");
      const auto names = reader.all<std::uint16_t>(kName);
      for (std::size_t i = 0; i < paths.size(); ++i) of_code[paths[i]] += names[i] == click;
    } else {
      for (const std::uint32_t path : paths) ++of_code[path];
    }
    for (std::size_t i = 0; i < of_code.size(); ++i) {
      if (of_code[i] > 0) counts[hashes[i]] += of_code[i];
    }
  }
  static std::uint64_t count_minutes(Reader& reader) {
    const std::uint32_t click = code_in(reader, kName, "click");
    const auto names = reader.all<std::uint16_t>(kName);
    const auto times = reader.all<std::uint32_t>(kTimesAt);
    std::array<std::uint32_t, 1'440> minutes{};
    for (std::size_t i = 0; i < names.size(); ++i) minutes[times[i] / 60'000] += names[i] == click;
    std::uint64_t sum = 0;
    for (const std::uint32_t minute : minutes) sum += minute;
    return sum;
  }
  static std::uint64_t count_visitors(Reader& reader) {
    const std::uint32_t click = code_in(reader, kName, "click");
    const std::uint32_t edge = code_in(reader, kBrowser, "Edge");
    const auto names = reader.all<std::uint16_t>(kName);
    const auto browsers = reader.all<std::uint16_t>(kBrowser);
    const auto visitors = reader.all<std::uint64_t>(kVisitorsAt);
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == click && browsers[i] == edge) seen.insert(visitors[i]);
    }
    return seen.size();
  }
  static std::uint64_t count_rare(Reader& reader) {
    const auto hashes = reader.all<std::uint64_t>(kHashesAt + kName);
    const auto rare = std::find(hashes.begin(), hashes.end(), hash64("rare_event"));
    if (rare == hashes.end()) return 0;
    const auto names = reader.all<std::uint16_t>(kName);
    return static_cast<std::uint64_t>(
        std::count(names.begin(), names.end(), static_cast<std::uint16_t>(rare - hashes.begin())));
  }

  Day* day_ = nullptr;
  std::uint32_t chunk_ = 0;
  std::array<std::vector<std::uint32_t>, kColumns> codes_;
  std::array<std::unordered_map<std::string, std::uint32_t>, kColumns> dictionaries_;
  std::array<Words, kColumns> words_;
  std::vector<std::uint32_t> times_;
  std::vector<std::uint64_t> visitors_;
};

std::unique_ptr<Layout> layout_of(std::string_view name) {
  if (name == "rows") return std::make_unique<SqlLayout>(kRows);
  if (name == "covering") return std::make_unique<SqlLayout>(kCovering);
  if (name == "clustered") return std::make_unique<SqlLayout>(kClustered);
  if (name == "bitmaps") return std::make_unique<BitmapLayout>();
  if (name == "columns") return std::make_unique<ColumnLayout>();
  std::fprintf(stderr, "no such layout: %s\n", std::string(name).c_str());
  std::exit(2);
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) bytes += entry.file_size();
  return bytes;
}

void measure(const std::filesystem::path& root, std::uint64_t rows, std::string_view name) {
  const auto layout = layout_of(name);
  const std::filesystem::path folder = root / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Traffic traffic(rows);
  double write_s = 0;
  for (std::uint32_t number = 0; number < kDays; ++number) {
    std::vector<Row> made;
    for (std::uint64_t i = 0; i < traffic.rows_a_day(); ++i)
      made.push_back(traffic.next(i, number));
    const double began = cpu_seconds();
    {
      Day day(folder, number);
      layout->begin_day(day);
      day.execute("BEGIN");
      for (std::size_t i = 0; i < made.size(); ++i) {
        layout->add(made[i]);
        if (i % kTransactionRows == kTransactionRows - 1) day.execute("COMMIT; BEGIN");
      }
      layout->end_day();
      day.execute("COMMIT");
    }
    write_s += cpu_seconds() - began;
  }
  const auto total = static_cast<double>(traffic.rows_a_day() * kDays);
  std::printf("%-10s write %.2f us a row, %.0f bytes a row\n", std::string(name).c_str(),
              write_s * 1e6 / total, static_cast<double>(bytes_in(folder)) / total);
  for (std::size_t i = 0; i < kQuestionCount; ++i) {
    const double began = cpu_seconds();
    const std::uint64_t answer = layout->ask(folder, i);
    std::printf("  %-24s %9.1f ms   (answer %llu)\n", kQuestions[i].what,
                (cpu_seconds() - began) * 1e3, static_cast<unsigned long long>(answer));
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace penstock

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: layout_bench FOLDER ROWS [LAYOUT...]\n");
    return 2;
  }
  std::vector<std::string_view> layouts(arguments + 3, arguments + count);
  if (layouts.empty()) layouts = {"rows", "covering", "clustered", "bitmaps", "columns"};
  const std::uint64_t rows = std::strtoull(arguments[2], nullptr, 10);
  for (const std::string_view layout : layouts) penstock::measure(arguments[1], rows, layout);
  return 0;
}
