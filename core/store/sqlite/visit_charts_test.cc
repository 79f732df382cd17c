#include "store/sqlite/visit_charts.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "base/hash.h"
#include "event/id.h"
#include "store/columns/row_match.h"
#include "store/columns/visit_testing.h"
#include "store/rollup/visitor.h"
#include "store/sqlite/column_testing.h"

namespace penstock::store {
namespace {

class VisitChartsTest : public ColumnsTest {
 protected:
  // Rows of the store, as somebody sees them who reads the files.
  struct Kept {
    std::int64_t day_ms;
    std::int64_t at_ms;
    std::string id;
    std::string project, visitor, path, country;
  };

  event::Row row_of(const Kept& kept, std::uint32_t number) {
    event::Row row = row_at(kept.at_ms, number);
    row.record.project = kept.project;
    row.record.anonymous_id = kept.visitor;
    row.path = kept.path;
    row.country = kept.country;
    return row;
  }

  // So many rows of `days` days from today on, half of them near a midnight. No two of a visitor
  // are of one millisecond.
  void add_rows(std::size_t count, std::uint32_t days) {
    std::vector<event::Row> rows;
    const std::size_t first = kept_.size();
    for (std::size_t i = 0; i < count; ++i) {
      std::int64_t at_ms =
          kToday + static_cast<std::int64_t>(random_() % (days * std::uint64_t{kDay}));
      if (random_() % 2 == 0) {
        at_ms = kToday + static_cast<std::int64_t>(1 + random_() % (days - 1)) * kDay - kHour +
                static_cast<std::int64_t>(random_() % (2 * kHour));
      }
      at_ms = at_ms / 8'192 * 8'192 + static_cast<std::int64_t>(kept_.size() % 8'192);
      kept_.push_back({at_ms - at_ms % kDay, at_ms, "", random_() % 3 == 0 ? "shop" : "default",
                       str_cat("v", random_() % 50), str_cat("/", random_() % 20),
                       random_() % 4 == 0 ? "DE" : ""});
    }
    for (std::size_t i = first; i < kept_.size(); ++i) {
      rows.push_back(row_of(kept_[i], static_cast<std::uint32_t>(i)));
      kept_[i].id = std::string(rows.back().record.id.view());
    }
    ASSERT_EQ(store(rows).stored, count);
  }

  static std::string id_is(const Kept& kept) {
    std::string hex;
    for (const char byte : kept.id) {
      constexpr const char* kDigits = "0123456789abcdef";
      hex += kDigits[static_cast<unsigned char>(byte) >> 4];
      hex += kDigits[static_cast<unsigned char>(byte) & 15];
    }
    return str_cat("id = x'", hex, "'");
  }
  // By a person's hand.
  void remove(std::size_t index) {
    run(kept_[index].day_ms, str_cat("DELETE FROM events WHERE ", id_is(kept_[index])));
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void give_to(std::size_t index, const std::string& visitor) {
    run(kept_[index].day_ms,
        str_cat("UPDATE events SET anonymous_id = '", visitor, "' WHERE ", id_is(kept_[index])));
    kept_[index].visitor = visitor;
  }

  PlainVisits plain(const Range& range, const Filter& filter) {
    std::vector<PlainEvent> events;
    for (const Kept& kept : kept_) {
      const std::string key = kept.project + " " + kept.visitor;
      const bool is_in = kept.at_ms >= range.from_ms && kept.at_ms < range.to_ms;
      events.push_back({hash64(key), kept.at_ms, 0,
                        is_in && match_.is_left(filter, row_of(kept, 0)), kept.path});
    }
    return plain_visits(events);
  }

  void expect_plain(const Range& range, const Filter& filter, const std::string& where) {
    const PlainVisits wanted = plain(range, filter);
    const auto visits = queries().visits(range, filter);
    ASSERT_TRUE(visits.has_value()) << where;
    EXPECT_EQ(visits->visits, wanted.visits) << where;
    EXPECT_EQ(visits->bounces, wanted.bounces) << where;
    EXPECT_EQ(visits->seconds, wanted.seconds) << where;
    EXPECT_EQ(visits->entries, wanted.entries) << where;
    EXPECT_EQ(visits->exits, wanted.exits) << where;
    const auto list = [&](VisitEnd end) {
      std::map<std::string, std::uint64_t> values;
      const auto entries = queries().visit_ends(range, end, Dimension::kPath, filter, 1'000);
      EXPECT_TRUE(entries.has_value()) << where;
      for (const TopEntry& entry : *entries) values[entry.value] = entry.events;
      return values;
    };
    EXPECT_EQ(list(VisitEnd::kEntry), wanted.entry_values) << where;
    EXPECT_EQ(list(VisitEnd::kExit), wanted.exit_values) << where;
    const auto series = queries().visit_series(range, 3'600, filter);
    ASSERT_TRUE(series.has_value()) << where;
    std::vector<std::uint64_t> by_hour(series->at_s.size());
    for (const std::int64_t at_s : wanted.first_s) {
      ++by_hour[static_cast<std::size_t>((at_s - series->at_s.front()) / 3'600)];
    }
    EXPECT_EQ(series->visits, by_hour) << where;
    EXPECT_EQ(std::accumulate(series->bounces.begin(), series->bounces.end(), std::uint64_t{0}),
              wanted.bounces);
    EXPECT_EQ(std::accumulate(series->seconds.begin(), series->seconds.end(), std::uint64_t{0}),
              wanted.seconds);
  }

  void expect_plain(const std::string& when) {
    Filter shop;
    shop.project = "shop";
    Filter path;
    path.conditions = {{Dimension::kPath, "/3"}};
    Filter two = shop;
    two.conditions = {{Dimension::kPath, "/5"}, {Dimension::kCountry, "DE"}};
    const Range ranges[] = {{kToday, kToday + 4 * kDay},
                            {kToday + kDay, kToday + 2 * kDay},
                            {kToday + kDay - 40 * kMinute, kToday + kDay + 10 * kMinute + 7}};
    for (const Range& range : ranges) {
      for (const Filter& filter : {Filter(), shop, path, two}) {
        expect_plain(range, filter,
                     str_cat(when, ", ", range.from_ms - kToday, " to ", range.to_ms - kToday,
                             ", project ", filter.project, ", ", filter.conditions.size()));
      }
    }
  }

  std::int64_t days_with_visits() {
    std::int64_t days = 0;
    for (int day = 0; day < 4; ++day) {
      days += number(kToday + day * kDay, str_cat("SELECT count(*) FROM blocks WHERE id = ",
                                                  BlockId{BlockKind::kVisits, 3, 0}.packed()));
    }
    return days;
  }
  void seal_all() {
    clock_.set_wall_ms(kToday + 5 * kDay);
    gather_all();
  }

  std::mt19937 random_{23};
  std::vector<Kept> kept_;
  RowMatch match_;
};

// Days that are open, that were sealed, and to which something happens by whatever hand.
TEST_F(VisitChartsTest, AreThoseOfAPlainCountWhateverHappensToTheDays) {
  add_rows(1'200, 4);
  expect_plain("open");
  seal_all();
  EXPECT_EQ(days_with_visits(), 4);
  expect_plain("sealed");
  add_rows(60, 4);
  expect_plain("with late rows");
  for (int i = 0; i < 6; ++i) remove(random_() % kept_.size());
  expect_plain("with rows deleted");
  for (int i = 0; i < 6; ++i) give_to(random_() % kept_.size(), str_cat("v", random_() % 50));
  expect_plain("with rows changed");
  seal_all();
  EXPECT_EQ(days_with_visits(), 4);
  expect_plain("sealed again");
  for (int day = 0; day < 4; ++day) EXPECT_EQ(fault(kToday + day * kDay), "");
  // Sealed anew with the same bounds: what was known of the visits must not outlive it.
  give_to(kept_.size() / 2, "somebody else");
  seal_all();
  expect_plain("sealed a third time");
}

// More rows than a chunk, so that an open day has pieces.
TEST_F(VisitChartsTest, OfDaysOfSeveralChunksAreThoseOfAPlainCount) {
  add_rows(2 * kChunkRowsMax + 900, 2);
  const Range range{kToday, kToday + 2 * kDay};
  Filter path;
  path.conditions = {{Dimension::kPath, "/3"}};
  expect_plain(range, path, "open");
  store_.reset();
  queries_.reset();
  run(kToday, "DELETE FROM chunks; DELETE FROM blocks; DELETE FROM dictionary_key");
  open_store();
  expect_plain(range, path, "as of an older version");
  seal_all();
  expect_plain(range, path, "sealed");
}

TEST_F(VisitChartsTest, OfNothingAreNone) {
  const auto visits = queries().visits({kToday, kToday + kDay}, {});
  ASSERT_TRUE(visits.has_value());
  EXPECT_EQ(visits->visits + visits->bounces + visits->seconds + visits->entries, 0u);
  EXPECT_EQ(queries().visit_series({kToday, kToday + kDay}, 3'600, {})->visits.size(), 24u);
  EXPECT_TRUE(
      queries().visit_ends({kToday, kToday}, VisitEnd::kExit, Dimension::kPath, {}, 5)->empty());
  EXPECT_EQ(queries().visit_series({0, kDay}, 90, {}).error().code, ErrorCode::kRejected);
}

TEST_F(VisitChartsTest, CountEntriesByAProperty) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 6; ++i) {
    rows.push_back(row_at(kToday + i * 20 * kMinute, i));
    rows.back().record.anonymous_id = i % 2 == 0 ? "a" : "b";
    rows.back().record.properties = i < 2 ? R"({"plan":"pro"})" : R"({"plan":"free"})";
  }
  store(rows);
  const auto list = [&](VisitEnd end) {
    const auto entries =
        queries().visit_ends({kToday, kToday + kDay}, end, std::string("plan"), {}, 5);
    EXPECT_TRUE(entries.has_value());
    std::string text;
    for (const TopEntry& entry : *entries) text += str_cat(entry.value, ' ', entry.events, ' ');
    return text;
  };
  // Every 40 minutes: each is a visit of its own.
  EXPECT_EQ(list(VisitEnd::kEntry), "free 4 pro 2 ");
  EXPECT_EQ(list(VisitEnd::kExit), "free 4 pro 2 ");
}

TEST_F(VisitChartsTest, PassOverADayThatCannotBeRead) {
  add_rows(400, 4);
  seal_all();
  run(kToday + kDay, str_cat("UPDATE blocks SET bytes = x'00' WHERE id = ",
                             BlockId{BlockKind::kVisits, 0, 0}.packed()));
  const Range range{kToday, kToday + 4 * kDay};
  ASSERT_TRUE(queries().visits(range, {}).has_value());
  EXPECT_EQ(queries().missing_days(), std::vector<std::int64_t>{kToday + kDay});
  ASSERT_TRUE(queries().visit_ends(range, VisitEnd::kExit, Dimension::kPath, {}, 5).has_value());
  EXPECT_EQ(queries().missing_days(), std::vector<std::int64_t>{kToday + kDay});
}

TEST_F(VisitChartsTest, StopAtTheirDeadline) {
  add_rows(400, 4);
  std::atomic<bool> is_cancelled = true;
  QueryDeadline deadline;
  deadline.is_cancelled = &is_cancelled;
  queries().within(deadline);
  const auto visits = queries().visits({kToday, kToday + kDay}, {});
  ASSERT_FALSE(visits.has_value());
  EXPECT_EQ(visits.error().code, ErrorCode::kOverloaded);
}

}  // namespace
}  // namespace penstock::store
