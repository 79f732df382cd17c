#include "control/stored_events.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "store/backends.h"
#include "store/contract/row_testing.h"
#include "support/temp_dir.h"

namespace penstock::control {
namespace {

class StoredEventActs : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::open_event_store({.path = folder_}, clock_);
    ASSERT_TRUE(store);
    store_ = *std::move(store);
    for (std::uint32_t i = 0; i < 3; ++i) rows_.push_back(store::row_at(store::kToday + i, i));
    ASSERT_EQ(store_->store(rows_)->stored, 3U);
  }
  http::Response run(std::string_view path, std::string_view segment, std::string_view body) {
    std::string padded(body);
    reserve_padding(padded);
    for (const Act& act : stored_event_acts(store::make_edits(folder_))) {
      if (act.path == path) return act.run(segment, padded);
    }
    ADD_FAILURE() << path;
    return {};
  }
  http::Response change(std::string_view id, std::string_view body) {
    return run("/v1/events/{}/change", id, body);
  }
  std::string json(std::size_t row) {
    auto text = (*store::open_queries(folder_))->event_json(rows_[row].record.id.hex());
    return text && *text ? **text : "";
  }

  testing::TempDir dir_;
  const std::string folder_ = dir_.path("events");
  ManualClock clock_{store::kToday + store::kHour};
  std::unique_ptr<store::EventStore> store_;
  std::vector<event::Row> rows_;
};

TEST_F(StoredEventActs, DeletesThoseThatAreThere) {
  const std::vector<event::Id> ids = {rows_[0].record.id, rows_[2].record.id,
                                      event::id_of_client("x", "none", store::kToday)};
  const auto answer = run(kDeleteEvents, "", delete_body(ids));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"deleted":2})");
  EXPECT_EQ(json(0), "");
  EXPECT_NE(json(1), "");
  EXPECT_EQ(json(2), "");
}

TEST_F(StoredEventActs, RefusesWhatNamesNoEvents) {
  for (const char* body : {"", "[]", R"({"ids":"x"})", R"({"ids":["x"]})", R"({"ids":[1]})"}) {
    EXPECT_EQ(run(kDeleteEvents, "", body).status, 400) << body;
  }
  const std::vector<event::Id> many(kDeletedAtOnceMax + 1, rows_[0].record.id);
  EXPECT_EQ(run(kDeleteEvents, "", delete_body(many)).status, 400);
  EXPECT_EQ(run(kDeleteEvents, "", delete_body(std::span(many).first(2))).body, R"({"deleted":1})");
}

TEST_F(StoredEventActs, ChangesOne) {
  const std::string id = rows_[1].record.id.hex();
  EXPECT_EQ(change_path(rows_[1].record.id), str_cat("/v1/events/", id, "/change"));
  const auto answer = change(id, R"({"name":"renamed"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"changed":1})");
  EXPECT_NE(json(1).find(R"("name":"renamed")"), std::string::npos) << json(1);
  EXPECT_EQ(change(id, R"({"name":7})").status, 422);
  EXPECT_EQ(change(std::string(32, 'a'), R"({"name":"x"})").status, 404);
  EXPECT_EQ(change("not-an-id", R"({"name":"x"})").status, 404);
}

}  // namespace
}  // namespace penstock::control
