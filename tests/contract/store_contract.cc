// The contract of event_store.h and queries.h, over every store that there is.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "store/backends.h"
#include "store/contract/calendar.h"
#include "store/contract/dimension.h"
#include "store/contract/row_testing.h"
#include "support/temp_dir.h"

namespace penstock::store {
namespace {

using Rows = std::vector<event::Row>;
using Texts = std::vector<std::string>;

constexpr Range kEver{0, kToday + 100 * kDay};

class StoreContract : public ::testing::TestWithParam<const Backend*> {
 protected:
  void SetUp() override { open(); }

  void open() {
    writer_.reset();
    auto writer = GetParam()->open_writer(options_, clock_);
    ASSERT_TRUE(writer.has_value()) << to_text(writer.error());
    writer_ = *std::move(writer);
    auto reader = GetParam()->open_reader(options_.path);
    ASSERT_TRUE(reader.has_value()) << to_text(reader.error());
    reader_ = *std::move(reader);
  }

  StoreOutcome store(const Rows& rows) {
    auto outcome = writer_->store(rows);
    EXPECT_TRUE(outcome.has_value()) << to_text(outcome.error());
    return outcome.value_or(StoreOutcome{});
  }

  // Ids in the order of an export.
  Texts ids() {
    Texts found;
    EXPECT_TRUE(reader_
                    ->scan(kEver, {},
                           [&](const event::Row& row) {
                             found.push_back(row.record.id.hex());
                             return true;
                           })
                    .has_value());
    return found;
  }
  std::uint64_t events() { return reader_->summary(kEver, {}).value_or(Summary{}).events; }

  testing::TempDir dir_;
  ManualClock clock_{kToday + 12 * kHour};
  StoreOptions options_{.path = dir_.path("events"), .anonymize_ip = false, .retention_days = 0};
  std::unique_ptr<EventStore> writer_;
  std::unique_ptr<Queries> reader_;
};

Rows rows_of(std::uint32_t count, std::int64_t step_ms = 1'000) {
  static const std::string_view paths[] = {"/", "/a", "/b", ""};
  Rows rows;
  for (std::uint32_t i = 0; i < count; ++i) {
    rows.push_back(row_at(kToday + i * step_ms, i));
    rows.back().path = paths[i % std::size(paths)];
    rows.back().is_bot = i % 5 == 0;
    rows.back().record.project = i % 3 == 0 ? "shop" : "default";
  }
  return rows;
}

// A row that a client named.
event::Row named(std::string_view client_id, std::int64_t received_ms, std::int64_t occurred_ms) {
  event::Row row = row_at(occurred_ms, 1);
  row.record.received_at_ms = received_ms;
  row.record.id = event::id_of_client("default", client_id, occurred_ms);
  return row;
}

TEST_P(StoreContract, StoresARowOnceHoweverOftenItComes) {
  const Rows rows = rows_of(300);
  EXPECT_EQ(store(Rows(rows.begin(), rows.begin() + 200)).stored, 200u);
  const StoreOutcome again = store(rows);
  EXPECT_EQ(again.stored, 100u);
  EXPECT_EQ(again.duplicates, 200u);
  open();
  EXPECT_EQ(store(rows).duplicates, 300u);
  EXPECT_EQ(ids().size(), 300u);
  EXPECT_EQ(events(), 300u);
}

TEST_P(StoreContract, StoresAClientsIdOnceWithinSevenDays) {
  const std::int64_t at = kToday + 22 * kHour;
  EXPECT_EQ(store({named("r1", at, at), named("r2", at, at)}).stored, 2u);
  EXPECT_EQ(store({named("r1", at + 5 * kHour, at + 5 * kHour)}).duplicates, 1u);
  EXPECT_EQ(store({named("r1", at, at - 6 * kDay), named("r3", at, at)}).duplicates, 1u);
  open();
  clock_.advance_ms(7 * kDay);
  EXPECT_EQ(store({named("r1", at + 7 * kDay, at + 7 * kDay)}).duplicates, 1u);
  EXPECT_EQ(events(), 3u);
}

TEST_P(StoreContract, RollupsEqualTheRows) {
  const Rows rows = rows_of(2'000, 37'001);
  for (std::size_t i = 0; i < rows.size(); i += 400) {
    store(Rows(rows.begin() + static_cast<std::ptrdiff_t>(i),
               rows.begin() + static_cast<std::ptrdiff_t>(i + 400)));
  }
  for (const std::string project : {"", "shop", "default"}) {
    std::uint64_t count = 0;
    std::uint64_t bots = 0;
    std::uint64_t on_a = 0;
    Filter filter;
    filter.project = project;
    ASSERT_TRUE(reader_
                    ->scan(kEver, filter,
                           [&](const event::Row& row) {
                             ++count;
                             bots += row.is_bot ? 1 : 0;
                             on_a += row.path == "/a" ? 1 : 0;
                             return true;
                           })
                    .has_value());
    const auto summary = reader_->summary(kEver, filter);
    EXPECT_EQ(summary->events, count) << project;
    EXPECT_EQ(summary->bots, bots) << project;
    const auto series = reader_->timeseries({kToday, kToday + kDay}, 3'600, filter);
    std::uint64_t sum = 0;
    for (const std::uint64_t events : series->events) sum += events;
    EXPECT_EQ(sum, count) << project;
    const auto top = reader_->top(kEver, Dimension::kPath, filter, 10);
    const auto a = std::find_if(top->begin(), top->end(),
                                [](const TopEntry& entry) { return entry.value == "/a"; });
    ASSERT_NE(a, top->end());
    EXPECT_EQ(a->events, on_a) << project;
  }
}

// Visitors and bots are known under every filter, and a property counts as a dimension does.
TEST_P(StoreContract, FiltersByDimensionsAndProperties) {
  std::vector<event::Row> rows;
  for (std::uint32_t i = 0; i < 12; ++i) {
    rows.push_back(row_at(kToday + i * kMinute, i));
    rows.back().record.user_id = i % 2 == 0 ? "even" : "odd";
    rows.back().is_bot = i == 0;
    rows.back().path = i % 3 == 0 ? "/a" : "/b";
    if (i < 8) rows.back().record.properties = i < 6 ? R"({"plan":"pro"})" : R"({"plan":1})";
  }
  store(rows);
  Filter filter;
  filter.conditions = {{Dimension::kPath, "/a"}, {"plan", "pro"}};
  const auto summary = reader_->summary(kEver, filter);
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->events, 2u);
  EXPECT_EQ(summary->visitors, 2u);
  EXPECT_EQ(summary->bots, 1u);
  const auto series = reader_->timeseries({kToday, kToday + kHour}, 60, filter);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->visitors.at(3), 1u);
  EXPECT_EQ(series->visitors.at(4), 0u);

  const auto plans = reader_->top(kEver, Facet("plan"), {}, 5);
  ASSERT_TRUE(plans.has_value());
  // They add up to all events.
  ASSERT_EQ(plans->size(), 3u);
  EXPECT_EQ(plans->at(0).value, "pro");
  EXPECT_EQ(plans->at(1).value, "");
  EXPECT_EQ(plans->at(1).events, 4u);
  EXPECT_EQ(plans->at(2).value, "1");
  EXPECT_EQ(plans->at(2).events, 2u);

  filter.conditions = {{Dimension::kPath, "/B", Comparison::kStartsWith},
                       {"plan", "2", Comparison::kLess}};
  EXPECT_EQ(reader_->summary(kEver, filter)->events, 1u);
  filter.conditions = {{Dimension::kPath, "/a", Comparison::kIsNot},
                       {"plan", "", Comparison::kExists}};
  EXPECT_EQ(reader_->summary(kEver, filter)->events, 5u);
  filter.conditions = {{"plan", ""}};
  EXPECT_EQ(reader_->summary(kEver, filter)->events, 4u);
}

TEST_P(StoreContract, NamesARowThatItRefusesAndStoresTheRest) {
  event::Row timeless = row_at(kToday, 2);
  timeless.record.occurred_at_ms = -1;
  const StoreOutcome outcome = store({row_at(kToday, 1), timeless, row_at(kToday, 3)});
  EXPECT_EQ(outcome.stored, 2u);
  ASSERT_EQ(outcome.refused.size(), 1u);
  EXPECT_EQ(outcome.refused[0].index, 1u);
  EXPECT_FALSE(outcome.refused[0].reason.empty());
  EXPECT_EQ(events(), 2u);
}

TEST_P(StoreContract, TakesLateDaysInAnyOrder) {
  Rows rows;
  for (const int day : {3, 0, 6, 1, 20, 2}) rows.push_back(row_at(kToday - day * kDay, 1));
  EXPECT_EQ(store(rows).stored, 6u);
  EXPECT_EQ(store({row_at(kToday - 6 * kDay + 1, 2)}).stored, 1u);
  const auto week = reader_->timeseries({kToday - 6 * kDay, kToday + kDay}, 86'400, {});
  EXPECT_EQ(week->events, (std::vector<std::uint64_t>{2, 0, 0, 1, 1, 1, 1}));
  const Texts found = ids();
  EXPECT_EQ(found.size(), 7u);
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
}

TEST_P(StoreContract, RemovesWhatIsPastTheRetentionAndNothingByAWrongClock) {
  options_.retention_days = 3;
  open();
  for (int day = 0; day < 7; ++day) store({row_at(kToday - day * kDay, 1)});
  EXPECT_EQ(writer_->maintain()->days_removed, 0u);
  clock_.advance_ms(Calendar::kSettleMs);
  std::uint32_t removed = 0;
  for (int i = 0; i < 7; ++i) {
    const std::uint32_t now = writer_->maintain()->days_removed;
    EXPECT_LE(now, 2u);
    removed += now;
  }
  EXPECT_EQ(removed, 3u);
  EXPECT_EQ(events(), 4u);

  clock_.set_wall_ms(kToday + 400 * kDay);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(writer_->maintain()->days_removed, 0u);
    clock_.advance_ms(Calendar::kSettleMs / 4);
  }
  EXPECT_EQ(events(), 4u);
}

TEST_P(StoreContract, PrunesAtOnceOnAPersonsWord) {
  options_.retention_days = 3;
  open();
  for (int day = 0; day < 7; ++day) store({row_at(kToday - day * kDay, 1)});
  EXPECT_EQ(GetParam()->prune(options_, clock_, true)->size(), 3u);
  EXPECT_EQ(events(), 7u);
  EXPECT_EQ(GetParam()->prune(options_, clock_, false)->size(), 3u);
  EXPECT_EQ(events(), 4u);
  EXPECT_EQ(store({row_at(kToday, 9)}).stored, 1u);  // Beside a writer.
}

// By bytes as by age: oldest first, two at a time, an hour after the start; and never the last two
// days, however small the bound.
TEST_P(StoreContract, RemovesTheOldestDaysUntilTheRestFits) {
  for (int day = 0; day < 8; ++day) store({row_at(kToday - day * kDay, 1)});
  open();  // What is open is larger, by its journal.
  options_.bytes_max = writer_->forecast().bytes / 2;
  open();
  EXPECT_EQ(writer_->maintain()->days_removed, 0u);
  clock_.advance_ms(Calendar::kSettleMs);
  for (int i = 0; i < 8; ++i) EXPECT_LE(writer_->maintain()->days_removed, 2u);
  EXPECT_LE(writer_->forecast().bytes, options_.bytes_max);
  const std::uint64_t left = events();
  EXPECT_GE(left, 3u);
  EXPECT_LE(left, 5u);
  EXPECT_EQ(reader_->summary({kToday - kDay, kToday + kDay}, {})->events, 2u);

  options_.bytes_max = 1;
  open();
  clock_.advance_ms(Calendar::kSettleMs);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(writer_->maintain().has_value());
  EXPECT_EQ(events(), 2u);
}

TEST_P(StoreContract, RemovesNothingForItsSizeByAWrongClock) {
  for (int day = 0; day < 4; ++day) store({row_at(kToday - day * kDay, 1)});
  options_.bytes_max = 1;
  for (const std::int64_t wrong_ms : {kToday - 4'000 * kDay, kToday + 400 * kDay}) {
    clock_.set_wall_ms(wrong_ms);
    open();
    clock_.advance_ms(Calendar::kSettleMs);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(writer_->maintain().has_value());
    // Ahead, by the rows of three days, a day more counts as past than by a right clock.
    EXPECT_EQ(reader_->summary({kToday - kDay, kToday + kDay}, {})->events, 2u) << wrong_ms;
  }
  clock_.set_wall_ms(kToday - 4'000 * kDay);
  EXPECT_TRUE(GetParam()->prune(options_, clock_, false)->empty());
}

TEST_P(StoreContract, PrunesForItsSizeOnAPersonsWord) {
  for (int day = 0; day < 7; ++day) store({row_at(kToday - day * kDay, 1)});
  options_.bytes_max = 1;
  EXPECT_EQ(GetParam()->prune(options_, clock_, true)->size(), 5u);
  EXPECT_EQ(events(), 7u);
  const auto pruned = GetParam()->prune(options_, clock_, false);
  ASSERT_TRUE(pruned.has_value());
  EXPECT_EQ(pruned->size(), 5u);
  EXPECT_EQ(pruned->front(), kToday - 6 * kDay);
  EXPECT_EQ(events(), 2u);
}

TEST_P(StoreContract, TellsHowLongItsRoomLasts) {
  EXPECT_EQ(GetParam()->forecast(options_, clock_).bytes, 0u);
  for (int day = 0; day < 5; ++day) store({row_at(kToday - day * kDay, 1)});
  options_.bytes_max = 1'000'000'000;
  const Forecast outlook = GetParam()->forecast(options_, clock_);
  EXPECT_EQ(outlook.days, 5u);
  EXPECT_GT(outlook.bytes, 0u);
  EXPECT_EQ(outlook.bytes, writer_->forecast().bytes);
  ASSERT_TRUE(outlook.bytes_per_day && outlook.days_that_fit && outlook.full_in_days);
  EXPECT_GT(*outlook.days_that_fit, *outlook.full_in_days);
}

TEST_P(StoreContract, AFollowerMissesNothingAndSeesNothingTwice) {
  Texts seen;
  const auto visit = [&](const event::Row& row) {
    seen.push_back(row.record.id.hex());
    return true;
  };
  std::string position = *reader_->follow("", 10, visit);
  EXPECT_TRUE(seen.empty());
  Texts wanted;
  for (std::uint32_t round = 0; round < 12; ++round) {
    Rows rows;
    for (std::uint32_t i = 0; i < 25; ++i) {
      rows.push_back(row_at(kToday - (i % 3) * kDay + i, round * 100 + i));
      wanted.push_back(rows.back().record.id.hex());
    }
    store(rows);
    clock_.advance_ms(round % 4 == 3 ? 0 : 700);
    position = *reader_->follow(position, 7, visit);
  }
  for (std::string last; last != position;) {
    last = position;
    position = *reader_->follow(position, 7, visit);
  }
  std::sort(seen.begin(), seen.end());
  std::sort(wanted.begin(), wanted.end());
  EXPECT_EQ(seen, wanted);
}

TEST_P(StoreContract, PagesAreStableWhileRowsCome) {
  const Rows first = rows_of(100);
  store(first);
  Texts seen;
  Page page{.limit = 9, .cursor = ""};
  do {
    page.cursor = *reader_->events(kEver, {}, page, [&](const event::Row& row) {
      seen.push_back(row.record.id.hex());
      return true;
    });
    store({row_at(kToday + 11 * kHour, static_cast<std::uint32_t>(1'000 + seen.size()))});
  } while (!page.cursor.empty() && seen.size() < 200);

  std::multiset<std::string> found(seen.begin(), seen.end());
  for (const event::Row& row : first) EXPECT_EQ(found.count(row.record.id.hex()), 1u);
}

TEST_P(StoreContract, CursorsAndPositionsThatItDidNotGiveAreRefused) {
  store(rows_of(3));
  const auto visit = [](const event::Row&) { return true; };
  for (const std::string text : {"x", "1", "1.", "-", "999999999999999999999.1", "\xff"}) {
    const auto events = reader_->events(kEver, {}, {.limit = 1, .cursor = text}, visit);
    ASSERT_FALSE(events.has_value()) << text;
    EXPECT_EQ(events.error().code, ErrorCode::kRejected) << text;
  }
  for (const std::string text : {"x", "1x", "999999999999999999999"}) {
    const auto followed = reader_->follow(text, 1, visit);
    ASSERT_FALSE(followed.has_value()) << text;
    EXPECT_EQ(followed.error().code, ErrorCode::kRejected) << text;
  }
}

TEST_P(StoreContract, GivesOneEventByItsId) {
  store(rows_of(3));
  const auto json = reader_->event_json(row_at(kToday, 0).record.id.hex());
  ASSERT_TRUE(json.has_value() && json->has_value());
  EXPECT_NE((*json)->find(R"("name":"pageview")"), std::string::npos);
  EXPECT_FALSE(reader_->event_json(std::string(32, '0'))->has_value());
  EXPECT_FALSE(reader_->event_json("nonsense")->has_value());
}

TEST_P(StoreContract, HasAsManyWritersAsItSays) {
  auto second = GetParam()->open_writer(options_, clock_);
  EXPECT_EQ(second.has_value(), GetParam()->capabilities.several_writers);
  EXPECT_FALSE(writer_->not_ready().has_value());
  EXPECT_TRUE(writer_->bad_days().empty());
  store(rows_of(1));
  EXPECT_GT(writer_->forecast().bytes, 0u);
}

TEST_P(StoreContract, MigratesWhatIsUpToDateToItself) {
  store(rows_of(10));
  writer_.reset();
  const auto migrated = GetParam()->migrate(options_.path, true);
  ASSERT_TRUE(migrated.has_value()) << to_text(migrated.error());
  EXPECT_EQ(migrated->files, 0u);
  EXPECT_EQ(events(), 10u);
}

TEST_P(StoreContract, IsCopiedWhileItIsWritten) {
  EXPECT_TRUE(GetParam()->check_unused(dir_.path("none")).has_value());
  store(rows_of(10));
  EXPECT_FALSE(GetParam()->check_unused(options_.path).has_value());
  const auto copied = GetParam()->copy(options_.path, dir_.path("copy"));
  ASSERT_TRUE(copied.has_value()) << to_text(copied.error());
  EXPECT_TRUE(copied->left_out.empty());
  EXPECT_FALSE(copied->files.empty());
  store({row_at(kToday, 11)});
  auto reader = GetParam()->open_reader(dir_.path("copy"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ((*reader)->summary({kToday - 10 * kDay, kToday + kDay}, {})->events, 10u);
  EXPECT_TRUE(GetParam()->check_unused(dir_.path("copy")).has_value());
}

TEST_P(StoreContract, FindsItselfInOrder) {
  store(rows_of(10));
  for (const bool is_quick : {false, true}) {
    const auto checked = GetParam()->check(options_.path, is_quick);
    ASSERT_TRUE(checked.has_value()) << to_text(checked.error());
    EXPECT_GT(checked->files, 0u);
    for (const FileFault& fault : checked->faults) ADD_FAILURE() << fault.file << fault.what;
  }
}

std::vector<const Backend*> all() {
  std::vector<const Backend*> all;
  for (const Backend& backend : backends()) all.push_back(&backend);
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, StoreContract, ::testing::ValuesIn(all()),
                         [](const auto& test) { return std::string(test.param->scheme); });

}  // namespace
}  // namespace penstock::store
