// The endpoint of exports: what it gives for which query.
#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"
#include "store/contract/row_csv.h"

namespace penstock::console {
namespace {

using testing::Answer;

using Export = testing::StoredEvents;

TEST_F(Export, IsALineAnEventOldestFirst) {
  const Answer answer = get("/events/export");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("Content-Type"), "application/x-ndjson");
  EXPECT_EQ(answer.header("Content-Disposition"),
            "attachment; filename=\"events-2027-01-15.ndjson\"");
  std::size_t last = 0;
  for (auto id = ids_.rbegin(); id != ids_.rend(); ++id) {
    const std::size_t at = answer.body.find(str_cat("\"id\":\"", *id));
    ASSERT_NE(at, std::string::npos) << *id;
    EXPECT_GE(at, last);
    last = at;
  }
  EXPECT_TRUE(answer.body.ends_with("}\n\r\n0\r\n\r\n"));
}

TEST_F(Export, IsOfWhatIsFiltered) {
  const Answer answer = get("/events/export?format=csv&excel=1&filter=name!%3Dpageview");
  EXPECT_EQ(answer.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_TRUE(answer.says(str_cat(store::kByteOrderMark, "id,project,"))) << answer.body;
  EXPECT_TRUE(answer.says(ids_.front()));
  EXPECT_FALSE(answer.says(ids_.back()));
}

TEST_F(Export, RefusesWhatItDoesNotKnow) {
  for (const char* bad : {"format=xml", "excel=1", "bots=2", "filter=x", "limit=5"}) {
    EXPECT_EQ(get(str_cat("/events/export?", bad)).status, 400) << bad;
  }
  EXPECT_EQ(console_.ask("GET", "/api/v1/events/export").status, 401);
}

}  // namespace
}  // namespace penstock::console
