// Rows a second into a day file: the store with its rollups, index and duplicate check against a
// bare prepared INSERT of the same rows, in transactions of the same size, into the same table
// without anything else. The third figure is what the sketches cost.
//
//   event_store_bench --benchmark_repetitions=5
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"
#include "event/id.h"
#include "event/row.h"
#include "sqlite/sqlite.h"
#include "store/backends.h"
#include "store/rollup/hyperloglog.h"
#include "store/sqlite/recent_ids.h"
#include "store/sqlite/schema.h"

namespace penstock::store {
namespace {

constexpr std::size_t kBatchRows = 5'000;
constexpr std::int64_t kToday = 1'763'942'400'000;  // 2025-11-24, its first millisecond.
constexpr std::int64_t kRowsPerSecond = 20'000;     // How fast the made-up traffic comes.

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-XXXXXX").string();
    PENSTOCK_CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Traffic of a shop and its blog: few things are frequent, many are rare.
class Traffic {
 public:
  // Ids that clients chose are looked up among those of the last days (recent.db).
  explicit Traffic(bool is_named = false) : is_named_(is_named), random_(1), ids_(Random(2)) {
    for (int i = 0; i < 600; ++i) paths_.push_back(str_cat("/products/category-", i % 25, "/", i));
    for (int i = 0; i < 30; ++i) {
      agents_.push_back(
          str_cat("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like "
                  "Gecko) Chrome/",
                  100 + i, ".0.0.0 Safari/537.36"));
    }
    for (int i = 0; i < 60; ++i) referrers_.push_back(str_cat("site", i, ".example.org"));
    for (int i = 0; i < 20'000; ++i) visitors_.push_back(str_cat("anonymous-", i * 7'919));
    for (int i = 0; i < 254; ++i) addresses_.push_back(str_cat("203.0.113.", i));
    for (const std::string& path : paths_) urls_.push_back("https://shop.example.com" + path);
    for (const std::string& host : referrers_) links_.push_back("https://" + host + "/");
  }

  // The next batch; its texts stay as long as this object.
  std::vector<event::Row> next() {
    std::vector<event::Row> rows(kBatchRows);
    for (event::Row& row : rows) fill(row);
    return rows;
  }

 private:
  // Skewed to the front: the product of two uniform draws.
  std::size_t skewed(std::size_t count) { return random_.below(random_.below(count) + 1); }

  void fill(event::Row& row) {
    event::Record& record = row.record;
    record.occurred_at_ms = kToday + made_++ * 1'000 / kRowsPerSecond;
    record.received_at_ms = record.occurred_at_ms + 3;
    record.id = is_named_
                    ? event::id_of_client("shop", std::to_string(made_), record.occurred_at_ms)
                    : ids_.make(record.occurred_at_ms);
    record.project = random_.below(5) == 0 ? "blog" : "shop";
    record.source = "events";
    record.name = kNames[skewed(kNames.size())];
    const std::size_t path = skewed(paths_.size());
    record.url = urls_[path];
    row.path = paths_[path];
    row.host = "shop.example.com";
    if (random_.below(3) == 0) {
      const std::size_t referrer = skewed(referrers_.size());
      record.referrer = links_[referrer];
      row.referrer_host = referrers_[referrer];
    }
    record.ip = addresses_[random_.below(addresses_.size())];
    const std::size_t agent = skewed(agents_.size());
    record.user_agent = agents_[agent];
    record.anonymous_id = visitors_[skewed(visitors_.size())];
    record.session_id = visitors_[skewed(visitors_.size())];
    record.properties = R"({"plan":"pro","price":1299,"currency":"EUR","position":"header"})";
    row.browser = kBrowsers[agent % kBrowsers.size()];
    row.os = kSystems[agent % kSystems.size()];
    row.device = agent % 3 == 0 ? "mobile" : "desktop";
    row.country = kCountries[skewed(kCountries.size())];
    row.is_bot = random_.below(50) == 0;
    if (random_.below(10) == 0) row.utm_campaign = "spring";
  }

  static constexpr std::array<std::string_view, 8> kNames = {
      "pageview", "click", "add to cart", "search", "signup", "purchase", "share", "logout"};
  static constexpr std::array<std::string_view, 5> kBrowsers = {"Chrome", "Safari", "Firefox",
                                                                "Edge", "Opera"};
  static constexpr std::array<std::string_view, 4> kSystems = {"Windows", "Android", "iOS",
                                                               "Linux"};
  static constexpr std::array<std::string_view, 12> kCountries = {
      "DE", "US", "FR", "GB", "ES", "IT", "NL", "PL", "AT", "CH", "JP", "BR"};

  const bool is_named_;
  Random random_;
  event::IdMaker ids_;
  std::int64_t made_ = 0;
  std::vector<std::string> paths_, urls_, agents_, referrers_, links_, visitors_, addresses_;
};

void fill_recent(const std::string& folder) {
  constexpr std::int64_t kKeys = 2'000'000;
  const SystemClock clock;
  RecentIds recent(folder, clock);
  Random random(3);
  std::vector<RecentIds::Key> keys(100'000);
  for (std::int64_t made = 0; made < kKeys; made += static_cast<std::int64_t>(keys.size())) {
    for (RecentIds::Key& key : keys) {
      key = {random.next(), 1, kToday / kDayMs - 1};
    }
    std::sort(keys.begin(), keys.end(), [](auto& a, auto& b) { return a.hash < b.hash; });
    PENSTOCK_CHECK(recent.add(keys, kToday, false).has_value());
  }
}

// 0: ids that no client chose; 1: all of them are clients' own; 2: the same, with two million keys
// in recent.db before.
void store_batches(benchmark::State& state) {
  const Folder folder;
  const ManualClock clock(kToday);
  auto store = open_event_store({folder.path(), false, 0}, clock);
  PENSTOCK_CHECK(store.has_value());
  if (state.range(0) == 2) fill_recent(folder.path());
  Traffic traffic(state.range(0) != 0);
  for (auto _ : state) {
    state.PauseTiming();
    const auto rows = traffic.next();
    state.ResumeTiming();
    const auto outcome = (*store)->store(rows);
    PENSTOCK_CHECK(outcome && outcome->stored == kBatchRows);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatchRows));
}
BENCHMARK(store_batches)
    ->DenseRange(0, 2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(40);

// The same columns with the contract's key, journal and syncs, and nothing else.
void bare_insert(benchmark::State& state) {
  const Folder folder;
  auto database = sqlite::Database::open(folder.path() + "/bare.db", {});
  PENSTOCK_CHECK(database.has_value());
  std::string columns(kRowColumns);
  columns.insert(columns.find(','), " BLOB PRIMARY KEY");
  PENSTOCK_CHECK(database->execute(str_cat("CREATE TABLE events (", columns, ")").c_str()));
  if (state.range(0) != 0) {
    PENSTOCK_CHECK(database->execute("PRAGMA wal_autocheckpoint=8000"));
    PENSTOCK_CHECK(database->execute("PRAGMA cache_size=-16384"));
  }
  std::string sql = str_cat("INSERT INTO events (", kRowColumns, ") VALUES (?");
  for (int i = 1; i < kRowColumnCount; ++i) sql += ",?";
  auto insert = database->prepare(sql + ")");
  Traffic traffic;
  for (auto _ : state) {
    state.PauseTiming();
    const auto rows = traffic.next();
    state.ResumeTiming();
    auto transaction = sqlite::Transaction::begin(*database);
    PENSTOCK_CHECK(transaction.has_value());
    for (const event::Row& row : rows) {
      bind_row(*insert, 1, row, row.record.ip);
      PENSTOCK_CHECK(insert->run().has_value());
    }
    PENSTOCK_CHECK(transaction->commit().has_value());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatchRows));
}
// 0: SQLite's own checkpoints and cache; 1: the store's.
BENCHMARK(bare_insert)
    ->Arg(0)
    ->Arg(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(40);

void sketch_add(benchmark::State& state) {
  HyperLogLog sketch;
  std::uint64_t number = 0;
  for (auto _ : state) {
    sketch.add(hash64({reinterpret_cast<const char*>(&number), sizeof number}));
    ++number;
  }
  benchmark::DoNotOptimize(sketch.estimate());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sketch_add);

void sketch_estimate(benchmark::State& state) {
  HyperLogLog sketch;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    sketch.add(hash64({reinterpret_cast<const char*>(&i), sizeof i}));
  }
  for (auto _ : state) benchmark::DoNotOptimize(sketch.estimate());
}
BENCHMARK(sketch_estimate);

}  // namespace
}  // namespace penstock::store
