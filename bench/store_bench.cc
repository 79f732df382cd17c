// The store under traffic of many values (layout_traffic.h: 500,000 paths, 20,000 referrers,
// 200,000 visitors, a name that ten rows have), over 60 days.
//
//   store_bench write FOLDER [ROWS]         rows through the store, beside a bare prepared insert
//   store_bench bare FOLDER                 a bare prepared insert of the rows that a worker stored
//   store_bench ask FOLDER [REPETITIONS [TEXT]]  a console's questions, cold and warm; with TEXT in
//                                           their names alone
//   store_bench mix FOLDER [QUESTIONS]      questions of any filters, dimensions and steps
//                                           (store_mix.h)
//   store_bench late FOLDER [DAYS]          8,000 rows of so many days, by turns, and one of today
//   store_bench compact FOLDER [DAYS]       makes the first days compact; each beside an open one
//
// Each line is a figure: its name, its value, its unit. `write` stores and inserts each batch in
// turn, so that both see the same machine; bare files are removed with their day. `ask` is a
// process of its own, so that its memory is that of the questions. Cold is a new connection and no
// page of the files in the kernel's cache (those that are not written back stay).
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "event/fields.h"
#include "event/id.h"
#include "event/kind.h"
#include "event/row.h"
#include "file_reads.h"
#include "layout_traffic.h"
#include "spent.h"
#include "sqlite/sqlite.h"
#include "store/columns/kept_masks.h"
#include "store/sqlite/day_folder.h"
#include "store/sqlite/event_store.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/schema.h"
#include "store_mix.h"
#include "store_questions.h"

namespace penstock::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBatchRows = 5'000;
constexpr std::uint64_t kRows = 10'000'000;
// The time of a row says whether writing stays as quick as the store grows.
constexpr std::uint32_t kDaysTogether = 10;
constexpr std::size_t kRepetitions = 5;
// A question is not asked again once it took this long.
constexpr double kQuestionSeconds = 20;

void print(std::string_view name, double value, std::string_view unit) {
  std::printf("%-58s %14.3f %s\n", std::string(name).c_str(), value, std::string(unit).c_str());
  std::fflush(stdout);
}

// The traffic as the store takes it; the texts that it makes are kept until the next batch.
class Rows {
 public:
  explicit Rows(std::uint64_t rows) : traffic_(rows), ids_(Random(2)), texts_(kBatchRows) {}

  std::uint64_t a_day() const { return traffic_.rows_a_day(); }

  const std::vector<event::Row>& next(std::uint32_t day, std::uint64_t first, std::size_t count) {
    rows_.assign(count, {});
    for (std::size_t i = 0; i < count; ++i) {
      fill(rows_[i], texts_[i], traffic_.next(first + i, day), day);
    }
    return rows_;
  }

 private:
  struct Texts {
    std::string url, referrer, visitor, session;
  };

  void fill(event::Row& row, Texts& texts, const penstock::Row& made, std::uint32_t day) {
    event::Record& record = row.record;
    record.occurred_at_ms = kFirstDayMs + day * kDayLengthMs + made.at_ms;
    record.received_at_ms = record.occurred_at_ms + 3;
    record.id = ids_.make(record.occurred_at_ms);
    record.project = "shop";
    record.source = "events";
    record.name = made.texts[kName];
    record.kind = event::default_kind(record.name);
    texts.url = str_cat("https://shop.example.com", made.texts[kPath]);
    record.url = texts.url;
    row.path = made.texts[kPath];
    row.host = "shop.example.com";
    if (!made.texts[kReferrer].empty()) {
      texts.referrer = str_cat("https://", made.texts[kReferrer], "/");
      record.referrer = texts.referrer;
      row.referrer_host = made.texts[kReferrer];
    }
    texts.visitor = str_cat("visitor-", made.visitor);
    texts.session = str_cat("s-", made.visitor % 1'000'003, "-", day);
    record.anonymous_id = texts.visitor;
    record.session_id = texts.session;
    record.ip = kAddresses[made.visitor % kAddresses.size()];
    record.user_agent = kAgents[made.visitor / 7 % kAgents.size()];
    record.properties = kProperties[made.visitor / 13 % kProperties.size()];
    row.browser = made.texts[kBrowser];
    row.os = kSystems[made.visitor % kSystems.size()];
    row.device = made.visitor % 3 == 0 ? "mobile" : "desktop";
    row.country = made.texts[kCountry];
  }

  static constexpr std::array<std::string_view, 4> kAddresses = {"203.0.113.7", "198.51.100.23",
                                                                 "192.0.2.144", "203.0.113.201"};
  static constexpr std::array<std::string_view, 3> kAgents = {
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
      "Safari/537.36",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
      "Gecko) Version/18.6 Mobile/15E148 Safari/604.1"};
  static constexpr std::array<std::string_view, 4> kSystems = {"Windows", "Android", "iOS",
                                                               "Linux"};
  static constexpr std::array<std::string_view, 3> kProperties = {
      R"({"plan":"pro","price":1299,"currency":"EUR","position":"header"})",
      R"({"plan":"free","position":"footer"})", R"({"plan":"team","seats":12,"trial":true})"};

  Traffic traffic_;
  event::IdMaker ids_;
  std::vector<event::Row> rows_;
  std::vector<Texts> texts_;
};

// A prepared statement into the same columns of a file a day, with the contract's key, journal,
// syncs and checkpoints, and nothing else.
class BareDay {
 public:
  explicit BareDay(fs::path path) : path_(std::move(path)) {
    auto database = sqlite::Database::open(path_.string(), {.cache_kib = 16'384});
    PENSTOCK_CHECK(database.has_value());
    database_ = std::make_unique<sqlite::Database>(*std::move(database));
    PENSTOCK_CHECK(database_->execute("PRAGMA wal_autocheckpoint=8000").has_value());
    std::string columns(kRowColumns);
    columns.insert(columns.find(','), " BLOB PRIMARY KEY");
    PENSTOCK_CHECK(
        database_->execute(str_cat("CREATE TABLE events (", columns, ")").c_str()).has_value());
    std::string sql = str_cat("INSERT INTO events (", kRowColumns, ") VALUES (?");
    for (int i = 1; i < kRowColumnCount; ++i) sql += ",?";
    auto insert = database_->prepare(sql + ")");
    PENSTOCK_CHECK(insert.has_value());
    insert_ = std::make_unique<sqlite::Statement>(*std::move(insert));
  }
  ~BareDay() {
    close();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path_.string() + suffix);
  }
  BareDay(const BareDay&) = delete;
  BareDay& operator=(const BareDay&) = delete;

  // Takes what is in the journal into the file, as a store does that closes a day.
  void close() {
    insert_.reset();
    database_.reset();
  }

  void insert(const std::vector<event::Row>& rows) {
    auto transaction = sqlite::Transaction::begin(*database_);
    PENSTOCK_CHECK(transaction.has_value());
    for (const event::Row& row : rows) {
      bind_row(*insert_, 1, row, row.record.ip);
      PENSTOCK_CHECK(insert_->run().has_value());
    }
    PENSTOCK_CHECK(transaction->commit().has_value());
  }

 private:
  const fs::path path_;
  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<sqlite::Statement> insert_;
};

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

double status_mib(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::strtod(line.c_str() + name.size(), nullptr) / 1024;
  }
  return 0;
}

void print_writing(std::string_view rows, std::uint64_t count, const Spent& store,
                   const Spent& bare) {
  const auto all = static_cast<double>(count);
  print(str_cat("write, ", rows, ": processor time a row"), store.cpu_s * 1e6 / all, "us");
  print(str_cat("write, ", rows, ": of the bare insert, by processor time"),
        bare.cpu_s / store.cpu_s, "x");
  print(str_cat("write, ", rows, ": of the bare insert, by wall"), bare.wall_s / store.wall_s, "x");
}

void write(const std::string& folder, std::uint64_t count) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path bare_folder = folder + ".bare";
  fs::create_directories(bare_folder);
  ManualClock clock(kFirstDayMs);
  auto store = open_sqlite_store({.path = folder}, clock);
  PENSTOCK_CHECK(store.has_value());
  Rows rows(count);
  Spent store_all, bare_all, store_some, bare_some;
  std::uint64_t written = 0;
  std::uint64_t before = 0;
  for (std::uint32_t day = 0; day < kDays; ++day) {
    std::optional<BareDay> bare;
    bare_some += spent_by([&] { bare.emplace(bare_folder / (str_cat(day) + ".db")); });
    for (std::uint64_t first = 0; first < rows.a_day(); first += kBatchRows) {
      const auto& batch = rows.next(
          day, first,
          static_cast<std::size_t>(std::min<std::uint64_t>(kBatchRows, rows.a_day() - first)));
      clock.advance_ms(batch.back().record.received_at_ms - clock.wall_ms());
      store_some += spent_by([&] {
        const auto outcome = (*store)->store(batch);
        PENSTOCK_CHECK(outcome && outcome->stored == batch.size());
      });
      bare_some += spent_by([&] { bare->insert(batch); });
      written += batch.size();
    }
    bare_some += spent_by([&] { bare->close(); });
    // What the worker does with the day before, once it is over.
    store_some += spent_by([&] {
      while ((*store)->gather_columns()) {
      }
    });
    if ((day + 1) % kDaysTogether == 0) {
      print_writing(str_cat("days ", day + 2 - kDaysTogether, " to ", day + 1), written - before,
                    store_some, bare_some);
      store_all += store_some;
      bare_all += bare_some;
      store_some = bare_some = {};
      before = written;
    }
  }
  clock.advance_ms(2 * kDayMs);
  store_all += spent_by([&] {
    while ((*store)->gather_columns()) {
    }
    store->reset();
  });
  print_writing("all", written, store_all, bare_all);
  print("write, all: rows", static_cast<double>(written), "rows");
  print("write, all: bare insert's processor time a row",
        bare_all.cpu_s * 1e6 / static_cast<double>(written), "us");
  print("write, all: folder, bytes a row",
        static_cast<double>(bytes_in(folder)) / static_cast<double>(written), "bytes");
  print("write, all: memory at most", status_mib("VmHWM:"), "MiB");
  fs::remove_all(bare_folder);
}

// The rows of a day in the order in which they were stored, a batch at a time; the texts are kept
// until the next one.
class StoredRows {
 public:
  explicit StoredRows(const std::string& path)
      : database_(sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly})) {
    PENSTOCK_CHECK(database_.has_value());
    auto select =
        database_->prepare(str_cat("SELECT ", kRowColumns, " FROM events ORDER BY rowid"));
    PENSTOCK_CHECK(select.has_value());
    select_.emplace(*std::move(select));
  }

  // Empty behind the last one.
  const std::vector<event::Row>& next() {
    rows_.clear();
    texts_.clear();
    while (!is_over_ && rows_.size() < kBatchRows) {
      is_over_ = !select_->step().value();
      if (!is_over_) rows_.push_back(kept(row_of(*select_, 0)));
    }
    return rows_;
  }

 private:
  event::Row kept(event::Row row) {
    for (const event::Field& field : event::kFields) {
      const bool is_text =
          field.type == event::FieldType::kText || field.type == event::FieldType::kJson;
      if (!is_text) continue;
      std::string_view& text = event::text_of(field, row);
      text = texts_.emplace_back(text);
    }
    return row;
  }

  Result<sqlite::Database> database_;
  std::optional<sqlite::Statement> select_;
  bool is_over_ = false;
  std::vector<event::Row> rows_;
  std::deque<std::string> texts_;
};

// Into files beside the folder, which go again.
void insert_bare(const std::string& folder) {
  const fs::path bare_folder = fs::path(folder).lexically_normal().string() + ".bare";
  fs::create_directories(bare_folder);
  Spent all;
  std::uint64_t count = 0;
  for (const std::int64_t day_ms : list_days(folder)) {
    StoredRows rows(day_path(folder, day_ms));
    std::optional<BareDay> bare;
    all += spent_by([&] { bare.emplace(bare_folder / (str_cat(day_ms) + ".db")); });
    while (true) {
      const auto& batch = rows.next();
      if (batch.empty()) break;
      all += spent_by([&] { bare->insert(batch); });
      count += batch.size();
    }
  }
  fs::remove_all(bare_folder);
  PENSTOCK_CHECK(count > 0);
  print("bare: rows", static_cast<double>(count), "rows");
  print("bare: processor time a row", all.cpu_s * 1e6 / static_cast<double>(count), "us");
  print("bare: wall a row", all.wall_s * 1e6 / static_cast<double>(count), "us");
}

// What a client sends that was offline for long, or somebody who brings his history along: each
// batch has rows of all days. Twice: of days that are not there yet, and of days that are.
void write_late(const std::string& folder, std::uint32_t days) {
  constexpr std::size_t kLateRows = 8'000;
  constexpr std::size_t kLateBatchRows = 2'000;
  fs::remove_all(folder);
  ManualClock clock(kEndMs);
  auto store = open_sqlite_store({.path = folder}, clock);
  PENSTOCK_CHECK(store.has_value());
  event::IdMaker ids(Random(3));
  const auto row_of = [&ids](std::int64_t at_ms) {
    event::Row row;
    row.record.id = ids.make(at_ms);
    row.record.occurred_at_ms = at_ms;
    row.record.received_at_ms = kEndMs;
    row.record.project = "shop";
    row.record.kind = event::kEventKind;
    row.record.name = "late";
    return row;
  };
  const auto stored = [&store](const std::vector<event::Row>& rows) {
    return spent_by([&] {
      const auto outcome = (*store)->store(rows);
      PENSTOCK_CHECK(outcome && outcome->stored == rows.size());
    });
  };
  for (const char* what : {"new days", "the same days again"}) {
    Spent all;
    double batch_s_max = 0;
    for (std::size_t first = 0; first < kLateRows; first += kLateBatchRows) {
      std::vector<event::Row> rows;
      for (std::size_t i = first; i < first + kLateBatchRows; ++i) {
        const auto days_ago = static_cast<std::int64_t>(i % days) + 1;
        rows.push_back(row_of(kEndMs - days_ago * kDayLengthMs + static_cast<std::int64_t>(i)));
      }
      const Spent batch = stored(rows);
      batch_s_max = std::max(batch_s_max, batch.wall_s);
      all += batch;
    }
    all += stored({row_of(kEndMs)});
    print(str_cat("late, ", what, ": until the row of today behind them"), all.wall_s, "s");
    print(str_cat("late, ", what, ": processor time"), all.cpu_s, "s");
    print(str_cat("late, ", what, ": the longest batch"), batch_s_max, "s");
  }
  print("late: memory at most", status_mib("VmHWM:"), "MiB");
  const Spent closed = spent_by([&] { store->reset(); });
  print("late: closing", closed.wall_s, "s");
}

std::unique_ptr<Queries> opened(const std::string& folder) {
  auto queries = open_sqlite_queries(folder);
  PENSTOCK_CHECK(queries.has_value());
  return *std::move(queries);
}

// As many as the store keeps something of: what it has kept before is gone.
void ask_by_other_filters(Queries& queries) {
  for (std::size_t i = 0; i < KeptMasks::kFiltersMax; ++i) {
    const Condition is_not{Dimension::kDevice, std::to_string(i), Comparison::kIsNot};
    summary_of("", {kFirstDayMs, kEndMs}, {is_not}).ask(queries);
  }
}

void ask(const std::string& folder, std::size_t repetitions, const std::string& text) {
  for (const Question& question : questions()) {
    if (question.what.find(text) == std::string::npos) continue;
    forget_pages(folder);
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << "5";  // VmHWM begins anew.
    std::uint64_t answer = 0;
    auto queries = opened(folder);
    const Spent cold = spent_by([&] { answer = question.ask(*queries); });
    print(question.what + ": cold", cold.wall_s * 1e3, "ms");
    print(question.what + ": cold, processor time", cold.cpu_s * 1e3, "ms");
    std::vector<double> wall_s, cpu_s;
    double sum_s = cold.wall_s;
    double bytes = 0;
    while (wall_s.size() < repetitions && (wall_s.empty() || sum_s < kQuestionSeconds)) {
      ask_by_other_filters(*queries);
      const double before_bytes = bytes_read();
      const Spent warm = spent_by([&] { PENSTOCK_CHECK(question.ask(*queries) == answer); });
      wall_s.push_back(warm.wall_s);
      cpu_s.push_back(warm.cpu_s);
      sum_s += warm.wall_s;
      bytes = bytes_read() - before_bytes;
    }
    const Spent again = spent_by([&] { PENSTOCK_CHECK(question.ask(*queries) == answer); });
    std::sort(wall_s.begin(), wall_s.end());
    std::sort(cpu_s.begin(), cpu_s.end());
    print(question.what + ": warm, p50", wall_s[wall_s.size() / 2] * 1e3, "ms");
    print(question.what + ": warm, max", wall_s.back() * 1e3, "ms");
    print(question.what + ": warm, processor time, p50", cpu_s[cpu_s.size() / 2] * 1e3, "ms");
    print(question.what + ": warm, processor time, p99", cpu_s[cpu_s.size() * 99 / 100] * 1e3,
          "ms");
    print(question.what + ": processor time behind one of the same filter", again.cpu_s * 1e3,
          "ms");
    print(question.what + ": bytes read", bytes / 1e6, "MB");
    print(question.what + ": processor time, of reading so much alone",
          cpu_s[cpu_s.size() / 2] / spent_reading(folder, bytes).cpu_s, "times");
    print(question.what + ": memory at most", status_mib("VmHWM:"), "MiB");
    print(question.what + ": answer", static_cast<double>(answer), "events");
  }
}

void print_mixed(const std::string& what, std::vector<double>& cpu_s) {
  if (cpu_s.empty()) return;
  std::sort(cpu_s.begin(), cpu_s.end());
  for (const auto& [name, part] : {std::pair("p50", 0.5), {"p99", 0.99}, {"max", 1.0}}) {
    const auto place = static_cast<std::size_t>(static_cast<double>(cpu_s.size() - 1) * part);
    print(str_cat("mix, ", what, ": processor time, ", name), cpu_s[place] * 1e3, "ms");
  }
}

// Each question twice: the second time its pages are in the kernel's cache.
void mix(const std::string& folder, std::size_t questions) {
  std::array<std::vector<double>, 2> cpu_s;
  auto queries = opened(folder);
  QuestionMix cold({kFirstDayMs, kEndMs}, 5);
  QuestionMix warm({kFirstDayMs, kEndMs}, 5);
  for (std::size_t i = 0; i < questions; ++i) {
    cold.ask(*queries);
    ask_by_other_filters(*queries);
    bool has_many_words = false;
    const Spent spent = spent_by([&] { has_many_words = warm.ask(*queries); });
    cpu_s[has_many_words ? 1 : 0].push_back(spent.cpu_s);
  }
  print_mixed("any filters", cpu_s[0]);
  print_mixed("lists of many words", cpu_s[1]);
  print("mix: memory at most", status_mib("VmHWM:"), "MiB");
}

double bytes_a_row(const std::string& folder, std::int64_t day_ms) {
  const std::string path = day_path(folder, day_ms);
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadOnly});
  PENSTOCK_CHECK(database.has_value());
  auto rows = database->prepare("SELECT count(*) FROM events");
  PENSTOCK_CHECK(rows.has_value() && rows->step().value_or(false));
  return static_cast<double>(day_bytes(path)) / static_cast<double>(rows->integer(0));
}

// An export of a day, pages of its list from the newest on, and a filter, each the second time.
void read_day(const std::string& folder, std::int64_t day_ms, std::string_view which) {
  const Range day = {day_ms, day_ms + kDayLengthMs};
  std::uint64_t rows = 0;
  const auto count = [&rows](const event::Row&) {
    ++rows;
    return true;
  };
  for (const bool is_told : {false, true}) {
    auto queries = opened(folder);
    rows = 0;
    const Spent scanned =
        spent_by([&] { PENSTOCK_CHECK(queries->scan(day, {}, count).has_value()); });
    if (is_told) {
      print(str_cat(which, ": exported, a row"), scanned.cpu_s * 1e6 / static_cast<double>(rows),
            "us");
    }
    constexpr int kPages = 20;
    const Spent listed = spent_by([&] {
      Page page;
      for (int i = 0; i < kPages; ++i) {
        auto next = queries->events(day, {}, page, count);
        PENSTOCK_CHECK(next.has_value());
        page.cursor = *next;
      }
    });
    if (is_told) print(str_cat(which, ": a page of its list"), listed.cpu_s * 1e3 / kPages, "ms");
    const Question rare =
        list_of("", day, {{Dimension::kCountry, "C7"}, {Dimension::kName, "purchase"}});
    const Spent filtered = spent_by([&] { rare.ask(*queries); });
    if (is_told) print(str_cat(which, ": a page under two filters"), filtered.cpu_s * 1e3, "ms");
  }
}

void make_compact(const std::string& folder, std::uint32_t days) {
  constexpr std::uint32_t kAfterDays = 1;
  const std::int64_t open_day_ms = kFirstDayMs + days * kDayLengthMs;
  const double before = bytes_a_row(folder, kFirstDayMs);
  ManualClock clock(open_day_ms + kAfterDays * kDayLengthMs);
  auto store = open_sqlite_store({.path = folder, .compact_after_days = kAfterDays}, clock);
  PENSTOCK_CHECK(store.has_value());
  const Spent all = spent_by([&] {
    while ((*store)->gather_columns()) {
    }
  });
  const Compacted done = (*store)->compacted();
  store->reset();
  print("compact: days", static_cast<double>(done.days), "days");
  print("compact: a day's processor time", all.cpu_s / static_cast<double>(days), "s");
  print("compact: memory at most", status_mib("VmHWM:"), "MiB");
  print("open day: bytes a row", before, "bytes");
  print("compact day: bytes a row", bytes_a_row(folder, kFirstDayMs), "bytes");
  read_day(folder, open_day_ms, "open day");
  read_day(folder, kFirstDayMs, "compact day");
}

int run(const std::vector<std::string>& words) {
  const auto number = [&words](std::uint64_t otherwise) {
    return words.size() > 2 ? std::strtoull(words[2].c_str(), nullptr, 10) : otherwise;
  };
  if (words.size() >= 2 && words[0] == "write" && number(kRows) >= kDays) {
    write(words[1], number(kRows));
  } else if (words.size() == 2 && words[0] == "bare") {
    insert_bare(words[1]);
  } else if (words.size() >= 2 && words[0] == "ask") {
    ask(words[1], std::max<std::uint64_t>(number(kRepetitions), 1),
        words.size() > 3 ? words[3] : "");
  } else if (words.size() >= 2 && words[0] == "mix") {
    mix(words[1], std::max<std::uint64_t>(number(400), 1));
  } else if (words.size() >= 2 && words[0] == "late") {
    write_late(words[1], static_cast<std::uint32_t>(std::max<std::uint64_t>(number(400), 1)));
  } else if (words.size() >= 2 && words[0] == "compact") {
    make_compact(words[1], static_cast<std::uint32_t>(std::clamp<std::uint64_t>(number(2), 1, 59)));
  } else {
    std::fprintf(stderr,
                 "usage: store_bench write FOLDER [ROWS] | bare FOLDER | ask FOLDER [REPETITIONS "
                 "[TEXT]] | mix FOLDER [QUESTIONS] | late FOLDER [DAYS] | compact FOLDER [DAYS]\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace penstock::store

int main(int count, char** arguments) {
  return penstock::store::run({arguments + 1, arguments + count});
}
