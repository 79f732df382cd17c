#include "store/sqlite/day_scan.h"

#include <algorithm>
#include <map>
#include <random>

#include "store/columns/row_match.h"
#include "store/contract/dimension.h"
#include "store/rollup/hyperloglog.h"
#include "store/rollup/rollup_sink.h"
#include "store/rollup/visitor.h"
#include "store/sqlite/column_upkeep.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/store_testing.h"

namespace penstock::store {
namespace {

// A row as its file has it.
struct PlainRow {
  std::int64_t at_ms;
  std::int64_t row_id;
  std::string id;
  std::int64_t received_ms;
  std::uint64_t visitor;
  bool is_bot;
  std::string project;
  std::string properties;
  std::map<Dimension, std::string> values;
  std::map<const event::Field*, std::string> texts;
};

class DayScanTest : public StoreTest {
 protected:
  // All of a day's rows into chunks.
  void seal(std::int64_t day_ms) {
    const auto key = dictionary_key_of(options_.path);
    auto file = DayFile::open(day_path(options_.path, day_ms));
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(seal_day(**file, key, true, [] { return true; }).value_or(false));
  }

  void change(std::int64_t day_ms, const char* sql) {
    auto database = sqlite::Database::open(day_path(options_.path, day_ms), {});
    ASSERT_TRUE(database.has_value());
    ASSERT_TRUE(database->execute(sql).has_value());
  }

  // Of every kind: empty and long values, properties that are in columns and in rows alone.
  event::Row random_row(std::int64_t day_ms) {
    const auto one_in = [&](std::uint32_t n) { return random_() % n == 0; };
    event::Row row = row_at(day_ms + static_cast<std::int64_t>(random_() % 4'000) * 20'011, 1);
    row.record.id =
        event::id_of_client("default", str_cat("n", ++number_), row.record.occurred_at_ms);
    row.record.received_at_ms = kToday + number_;
    row.record.project = one_in(3) ? "shop" : "default";
    row.record.user_id = users_[random_() % users_.size()];
    row.path = paths_[random_() % paths_.size()];
    row.country = one_in(2) ? "" : "DE";
    row.is_bot = one_in(4);
    if (one_in(2))
      row.record.properties = one_in(2) ? R"({"plan":"pro"})" : R"({"plan":3,"x":[1]})";
    if (one_in(20)) row.record.properties = many_;
    return row;
  }
  void store_random(std::int64_t day_ms, int count) {
    std::vector<event::Row> rows;
    for (int i = 0; i < count; ++i) rows.push_back(random_row(day_ms));
    store(rows);
  }

  std::vector<PlainRow> plain_rows(std::int64_t day_ms) {
    std::vector<PlainRow> plain;
    DayReaders readers(options_.path);
    DayReader* const reader = readers.open(day_ms).value();
    auto rows = reader->database().prepare(str_cat("SELECT rowid,", kRowColumns, " FROM events"));
    while (rows->step().value_or(false)) {
      const event::Row row = row_of(*rows, 1);
      plain.push_back({row.record.occurred_at_ms,
                       rows->integer(0),
                       row.record.id.hex(),
                       row.record.received_at_ms,
                       visitor_hash(row.record),
                       row.is_bot,
                       std::string(row.record.project),
                       std::string(row.record.properties),
                       {},
                       {}});
      for (const event::Field& field : event::kFields) {
        if (field.type == event::FieldType::kText) {
          plain.back().texts.emplace(&field, event::text_of(field, row));
        }
      }
      for (int i = 0; i < kDimensions; ++i) {
        const auto dimension = static_cast<Dimension>(i);
        plain.back().values[dimension] = value_of(row, dimension);
      }
    }
    return plain;
  }

  bool is_left(const PlainRow& row, const Range& range, const Filter& filter) {
    if (row.at_ms < range.from_ms || row.at_ms >= range.to_ms) return false;
    if (!filter.project.empty() && filter.project != row.project) return false;
    if (filter.is_bot && *filter.is_bot != row.is_bot) return false;
    return std::all_of(
        filter.conditions.begin(), filter.conditions.end(), [&](Condition condition) {
          if (const auto* text = std::get_if<RowText>(&condition.subject)) {
            if (text->field != nullptr) return holds(condition, row.texts.at(text->field));
            return holds(condition, row.properties) ||
                   std::any_of(row.texts.begin(), row.texts.end(),
                               [&](const auto& field) { return holds(condition, field.second); });
          }
          condition.operand.resize(dimension_value(condition.operand).size());
          const auto* dimension = std::get_if<Dimension>(&condition.subject);
          return holds(condition, dimension != nullptr
                                      ? row.values.at(*dimension)
                                      : match_.property(row.properties,
                                                        std::get<std::string>(condition.subject)));
        });
  }

  Filter random_filter() {
    const auto one_in = [&](std::uint32_t n) { return random_() % n == 0; };
    Filter filter;
    if (one_in(3)) filter.project = one_in(5) ? "none" : "shop";
    if (one_in(3)) {
      filter.conditions.push_back({Dimension::kPath, paths_[random_() % paths_.size()]});
    }
    if (one_in(4)) filter.conditions.push_back({Dimension::kCountry, one_in(2) ? "" : "DE"});
    if (one_in(9)) filter.conditions.push_back({Dimension::kHost, "no.such.host"});
    if (one_in(4)) filter.is_bot = one_in(2);
    if (one_in(4)) filter.conditions.push_back({"plan", one_in(3) ? "" : "pro"});
    if (one_in(9)) filter.conditions.push_back({"rare", "1"});
    // What else there is to compare by, of what else there is to look at.
    static const Subject kSubjects[] = {Dimension::kPath,
                                        Dimension::kCountry,
                                        Dimension::kProject,
                                        "plan",
                                        "rare",
                                        "absent",
                                        RowText{event::field_named("user_id")},
                                        RowText{event::field_named("path")},
                                        RowText{}};
    static const char* const kOperands[] = {"", "/", "B", "sho", "2", "pro", "D"};
    for (Condition& condition : filter.conditions) {
      if (!one_in(3)) continue;
      condition = {kSubjects[random_() % 9], kOperands[random_() % 7],
                   static_cast<Comparison>(random_() % 7)};
    }
    return filter;
  }
  Range random_range() {
    const auto from = kToday - 3 * kDay + static_cast<std::int64_t>(random_() % (4 * kDay));
    switch (random_() % 3) {
      case 0:
        return {kToday - 9 * kDay, kToday + 9 * kDay};
      case 1:
        return {from, from + static_cast<std::int64_t>(random_() % kDay)};
      default:
        return {from - from % kHour, from + 5 * kHour};
    }
  }

  void check_series(const std::vector<const PlainRow*>& left, const Range& range,
                    const Filter& filter);
  void check_summary(const std::vector<const PlainRow*>& left, const Range& range,
                     const Filter& filter);
  void check_top(const std::vector<const PlainRow*>& left, const Range& range,
                 const Filter& filter);
  void check_lists(const std::vector<const PlainRow*>& left, const Range& range,
                   const Filter& filter);

  std::mt19937_64 random_{11};
  std::int64_t number_ = 0;
  RowMatch match_;
  const std::vector<std::string> users_{"", "u1", "u2", "u3", "u4"};
  const std::vector<std::string> paths_{
      "", "/", "/a", "/b", "/" + std::string(255, 'p') + "1", "/" + std::string(255, 'p') + "2"};
  const std::string many_ = [] {
    std::string json = "{";
    for (std::uint32_t i = 0; i < 40; ++i) json += str_cat(R"("k)", i, R"(":1,)");
    return json + R"("plan":"pro","rare":1})";
  }();
};

void DayScanTest::check_series(const std::vector<const PlainRow*>& left, const Range& range,
                               const Filter& filter) {
  for (const std::int64_t step_s : {300, 3'600, 5'400, 86'400, 172'800}) {
    const auto series = queries().timeseries(range, step_s, filter);
    if (!series) {  // Too many points.
      EXPECT_EQ(step_s, 300);
      continue;
    }
    std::vector<std::uint64_t> events(series->at_s.size());
    std::vector<HyperLogLog> visitors(series->at_s.size());
    for (const PlainRow* row : left) {
      const auto bucket =
          static_cast<std::size_t>((row->at_ms / 1'000 - series->at_s.front()) / step_s);
      ++events.at(bucket);
      visitors[bucket].add(row->visitor);
    }
    std::vector<std::uint64_t> counts;
    for (const HyperLogLog& sketch : visitors) counts.push_back(sketch.count());
    EXPECT_EQ(series->events, events) << step_s;
    EXPECT_EQ(series->visitors, counts) << step_s;
  }
}

void DayScanTest::check_summary(const std::vector<const PlainRow*>& left, const Range& range,
                                const Filter& filter) {
  HyperLogLog visitors;
  std::uint64_t bots = 0;
  const PlainRow* newest = nullptr;
  for (const PlainRow* row : left) {
    visitors.add(row->visitor);
    bots += row->is_bot ? 1 : 0;
    if (newest == nullptr ||
        std::pair(row->row_id, row->at_ms) > std::pair(newest->row_id, newest->at_ms)) {
      newest = row;
    }
  }
  const auto summary = queries().summary(range, filter);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->events, left.size());
  EXPECT_EQ(summary->visitors, visitors.count());
  EXPECT_EQ(summary->bots, bots);
  EXPECT_EQ(summary->newest_received_ms.value_or(0), newest != nullptr ? newest->received_ms : 0);
}

void DayScanTest::check_top(const std::vector<const PlainRow*>& left, const Range& range,
                            const Filter& filter) {
  for (const Facet& facet : {Facet(Dimension::kPath), Facet(Dimension::kCountry), Facet("plan"),
                             Facet("rare"), Facet("absent")}) {
    std::map<std::string, std::uint64_t> totals;
    for (const PlainRow* row : left) {
      const auto* dimension = std::get_if<Dimension>(&facet);
      const std::string value =
          dimension != nullptr
              ? row->values.at(*dimension)
              : std::string(match_.property(row->properties, std::get<std::string>(facet)));
      ++totals[value];
    }
    std::vector<std::pair<std::string, std::uint64_t>> wanted(totals.begin(), totals.end());
    std::stable_sort(wanted.begin(), wanted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    wanted.resize(std::min<std::size_t>(wanted.size(), 3));
    std::vector<std::pair<std::string, std::uint64_t>> found;
    const auto top = queries().top(range, facet, filter, 3);
    ASSERT_TRUE(top.has_value());
    for (const TopEntry& entry : *top) found.emplace_back(entry.value, entry.events);
    EXPECT_EQ(found, wanted);
  }
}

void DayScanTest::check_lists(const std::vector<const PlainRow*>& left, const Range& range,
                              const Filter& filter) {
  std::vector<const PlainRow*> sorted = left;
  std::sort(sorted.begin(), sorted.end(), [](const PlainRow* a, const PlainRow* b) {
    return std::pair(a->at_ms, a->row_id) < std::pair(b->at_ms, b->row_id);
  });
  std::vector<std::string> wanted;
  for (const PlainRow* row : sorted) wanted.push_back(row->id);
  std::vector<std::string> found;
  const auto keep = [&](const event::Row& row) {
    found.push_back(row.record.id.hex());
    return true;
  };
  ASSERT_TRUE(queries().scan(range, filter, keep).has_value());
  EXPECT_EQ(found, wanted);

  // The first pages; in all of them each row is once.
  std::reverse(wanted.begin(), wanted.end());
  found.clear();
  Page page{61, ""};
  for (int i = 0; i < 4; ++i) {
    const auto cursor = queries().events(range, filter, page, keep);
    ASSERT_TRUE(cursor.has_value());
    EXPECT_EQ(cursor->empty(), found.size() == wanted.size());
    page.cursor = *cursor;
    if (page.cursor.empty()) break;
  }
  wanted.resize(found.size());
  EXPECT_EQ(found, wanted);
}

// Days in every state that there is: with several chunks and rows behind the last, with rows that
// were changed and deleted, and without chunks. Whatever is asked of them, the answer is that of a
// look at each row.
TEST_F(DayScanTest, EveryAnswerIsThatOfAPlainCount) {
  const std::int64_t days[] = {kToday - 3 * kDay, kToday - 2 * kDay, kToday - kDay, kToday};
  store_random(days[0], 300);
  store_random(days[1], 400);
  store_random(days[2], 200);
  store_random(days[3], static_cast<int>(kChunkRowsMax) + 50);
  store_.reset();
  seal(days[0]);
  seal(days[1]);
  open_store();
  store_random(days[1], 100);
  change(days[0],
         "DELETE FROM events WHERE rowid % 7 = 0;"
         "UPDATE events SET path = '/b', is_bot = 1 - is_bot WHERE rowid % 5 = 0");
  change(days[1], "UPDATE events SET path = '/new' WHERE rowid % 3 = 0");
  // The totals of hours and days are of the rows as they were stored; none is asked for here.
  for (const std::int64_t day_ms : {days[0], days[1]}) {
    change(day_ms, "DELETE FROM counts; DELETE FROM visitors");
  }
  ASSERT_EQ(number(days[3], "SELECT count(*) FROM chunks"), 1);
  ASSERT_EQ(number(days[2], "SELECT count(*) FROM chunks"), 0);

  std::vector<PlainRow> rows;
  for (const std::int64_t day_ms : days) {
    for (PlainRow& row : plain_rows(day_ms)) rows.push_back(std::move(row));
  }
  for (int i = 0; i < 12; ++i) {
    const Range range = random_range();
    Filter filter = random_filter();
    const bool has_changed_days = range.from_ms < days[2];
    if (filter.is_empty() && has_changed_days) filter.is_bot = true;
    std::vector<const PlainRow*> left;
    for (const PlainRow& row : rows) {
      if (is_left(row, range, filter)) left.push_back(&row);
    }
    SCOPED_TRACE(str_cat("question ", i));
    check_series(left, range, filter);
    check_summary(left, range, filter);
    check_top(left, range, filter);
    check_lists(left, range, filter);
  }
}

}  // namespace
}  // namespace penstock::store
