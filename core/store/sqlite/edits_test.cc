#include "store/sqlite/edits.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/contract/row_json.h"
#include "store/sqlite/check.h"
#include "store/sqlite/column_testing.h"
#include "store/sqlite/compaction.h"

namespace penstock::store {
namespace {

constexpr Range kRange{kToday - 2 * kDay, kToday + kDay};

class EditsTest : public ColumnsTest {
 protected:
  std::vector<event::Id> ids_of(const std::vector<event::Row>& rows, std::size_t every) {
    std::vector<event::Id> ids;
    for (std::size_t i = 0; i < rows.size(); i += every) ids.push_back(rows[i].record.id);
    return ids;
  }

  std::uint64_t events_left(const Filter& filter = {}) {
    const auto summary = queries().summary(kRange, filter);
    EXPECT_TRUE(summary.has_value());
    return summary ? summary->events : 0;
  }

  // All that says how many: totals, columns and rows.
  void expect_left(std::size_t count) {
    EXPECT_EQ(events_left(), count);
    std::uint64_t listed = 0;
    ASSERT_TRUE(queries().scan(kRange, {}, [&](const event::Row&) {
      ++listed;
      return true;
    }));
    EXPECT_EQ(listed, count);
    const auto top = queries().top(kRange, Dimension::kPath, {}, 100'000);
    ASSERT_TRUE(top.has_value());
    std::uint64_t of_list = 0;
    for (const TopEntry& entry : *top) of_list += entry.events;
    EXPECT_EQ(of_list, count);
  }

  void expect_in_order() {
    const auto checked = check_sqlite_store(options_.path, false);
    ASSERT_TRUE(checked.has_value());
    for (const FileFault& fault : checked->faults) ADD_FAILURE() << fault.what;
  }

  void compact(std::int64_t day_ms) {
    auto compaction = Compaction::begin(day_path(options_.path, day_ms));
    ASSERT_TRUE(compaction.has_value());
    const auto is_done = (*compaction)->work([] { return true; });
    ASSERT_TRUE(is_done.value_or(false));
    ASSERT_TRUE(is_compact(number(day_ms, "PRAGMA user_version")));
  }

  std::string json(const event::Id& id) {
    const auto text = queries().event_json(id.hex());
    EXPECT_TRUE(text.has_value());
    return text && *text ? **text : "";
  }

  VariedRows rows_{11};
  std::unique_ptr<EventEdits> edits_ = make_sqlite_edits(options_.path);
};

TEST_F(EditsTest, DeletesRowsOfSeveralDays) {
  auto rows = rows_.some(kToday, 1'300);
  const auto older = rows_.some(kToday - kDay, 700);
  rows.insert(rows.end(), older.begin(), older.end());
  store(rows);
  auto ids = ids_of(rows, 2);
  std::reverse(ids.begin(), ids.end());
  EXPECT_EQ(edits_->remove(ids).value(), 1'000U);
  expect_left(1'000);
  EXPECT_EQ(edits_->remove(ids).value(), 0U) << "they are gone";
  expect_left(1'000);
  EXPECT_EQ(store(rows_.some(kToday, 10)).stored, 10U);
  expect_left(1'010);
  gather_all();
  expect_left(1'010);
  expect_in_order();
}

TEST_F(EditsTest, DeletesFromSealedChunksAtOnceAndForGood) {
  const auto rows = rows_.some(kToday, 9'000);
  store(rows);
  gather_all();
  EXPECT_EQ(edits_->remove(ids_of(rows, 9)).value(), 1'000U);
  expect_left(8'000);
  EXPECT_EQ(fault(kToday), "");
  gather_all();
  expect_left(8'000);
  EXPECT_EQ(fault(kToday), "");
  expect_in_order();
}

TEST_F(EditsTest, DeletesAndChangesInACompactDay) {
  const auto rows = rows_.some(kToday - kDay, 2'000);
  store(rows);
  gather_all();
  store_.reset();
  compact(kToday - kDay);
  open_store();
  EXPECT_EQ(edits_->remove(ids_of(rows, 4)).value(), 500U);
  expect_left(1'500);
  EXPECT_TRUE(edits_
                  ->change(rows[1].record.id,
                           [](const event::Row& before) {
                             event::Row after = before;
                             after.record.url = "https://changed.example/new";
                             after.host = "changed.example";
                             after.path = "/new";
                             return after;
                           })
                  .value());
  EXPECT_NE(json(rows[1].record.id).find("https://changed.example/new"), std::string::npos);
  gather_all();
  expect_left(1'500);
  expect_in_order();
}

TEST_F(EditsTest, ChangesARowForEveryQuestion) {
  const auto rows = rows_.some(kToday, 300);
  store(rows);
  gather_all();
  const event::Id id = rows[7].record.id;
  const std::string before = json(id);
  const auto changed = edits_->change(id, [](const event::Row& row) {
    event::Row after = row;
    after.record.name = "renamed";
    after.record.properties = R"({"plan":"gold","n":12345678901234567890})";
    after.record.occurred_at_ms = 0;
    after.record.project = "another";
    after.record.id = {};
    return after;
  });
  EXPECT_TRUE(changed.value());
  const std::string after = json(id);
  EXPECT_NE(after.find("\"renamed\""), std::string::npos) << after;
  EXPECT_NE(after.find("12345678901234567890"), std::string::npos);
  EXPECT_EQ(after.substr(0, after.find("\"name\"")), before.substr(0, before.find("\"name\"")))
      << "id, project and times stay";
  Filter renamed;
  renamed.conditions = {{Dimension::kName, "renamed"}, {"plan", "gold"}};
  EXPECT_EQ(events_left(renamed), 1U);
  gather_all();
  EXPECT_EQ(events_left(renamed), 1U);
  expect_left(300);
  expect_in_order();
}

TEST_F(EditsTest, WhatIsNotThereIsNoFault) {
  store(rows_.some(kToday, 3));
  const std::vector<event::Id> none = {
      event::id_of_client("default", "no such day", kToday - 300 * kDay),
      event::id_of_client("default", "no such row", kToday), event::Id{}};
  EXPECT_EQ(edits_->remove(none).value(), 0U);
  EXPECT_EQ(edits_->remove({}).value(), 0U);
  for (const event::Id& id : none) {
    EXPECT_FALSE(edits_->change(id, [](const event::Row& row) { return row; }).value());
  }
  EXPECT_EQ(number(kToday - 300 * kDay, "PRAGMA user_version"), -1) << "no file is made";
}

// What a client sends again within its week is the same event.
TEST_F(EditsTest, AClientsEventThatWasDeletedDoesNotComeBack) {
  const auto rows = rows_.some(kToday, 5);
  store(rows);
  ASSERT_EQ(edits_->remove(ids_of(rows, 1)).value(), 5U);
  open_store();
  store(rows);
  expect_left(0);
}

TEST_F(EditsTest, AFailureIsTold) {
  store(rows_.some(kToday, 3));
  store_.reset();
  std::ofstream(day_path(options_.path, kToday - kDay)) << std::string(5'000, 'x');
  const event::Id id = event::id_of_client("default", "x", kToday - kDay);
  EXPECT_FALSE(edits_->remove(std::vector<event::Id>{id}));
  EXPECT_FALSE(edits_->change(id, [](const event::Row& row) { return row; }));
}

// A row that is changed before its day has a chunk: the file keeps the key that it is sealed by.
TEST_F(EditsTest, ADayOfChangedRowsIsSealedLater) {
  const auto rows = rows_.some(kToday, 300);
  store(rows);
  EXPECT_EQ(edits_->remove(ids_of(rows, 3)).value(), 100U);
  while (store_->gather_columns()) {
  }
  expect_left(200);
  gather_all();
  expect_left(200);
  EXPECT_EQ(number(kToday, "SELECT count(*) FROM dictionary_key"), 1);
  EXPECT_EQ(fault(kToday), "");
  expect_in_order();
}

// The worker stores, seals and compacts while rows go that it has just stored.
TEST_F(EditsTest, BesideTheWriterNothingElseIsLost) {
  options_.compact_after_days = 1;
  open_store();
  constexpr std::size_t kBatch = 200;
  std::vector<event::Row> rows = rows_.some(kToday - 2 * kDay, 2'000);
  for (auto& row : rows_.some(kToday, 2'000)) rows.push_back(row);
  std::atomic<std::size_t> stored = 0;
  std::uint64_t removed = 0;
  std::thread editor([&] {
    const auto thread_edits = make_sqlite_edits(options_.path);
    for (std::size_t first = 0; first < rows.size(); first += kBatch) {
      stored.wait(first);
      std::vector<event::Id> ids;
      for (std::size_t i = first; i < first + kBatch; i += 4) ids.push_back(rows[i].record.id);
      const auto some = thread_edits->remove(ids);
      ASSERT_TRUE(some.has_value()) << to_text(some.error());
      removed += *some;
    }
  });
  for (std::size_t first = 0; first < rows.size(); first += kBatch) {
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
    EXPECT_EQ(store(std::vector<event::Row>(begin, begin + kBatch)).stored, kBatch);
    stored = first + kBatch;
    stored.notify_one();
    clock_.advance_ms(kMinute);
    store_->gather_columns();
  }
  gather_all();
  editor.join();
  EXPECT_EQ(removed, rows.size() / 4);
  expect_left(rows.size() - removed);
  gather_all();
  expect_left(rows.size() - removed);
  expect_in_order();
}

}  // namespace
}  // namespace penstock::store
