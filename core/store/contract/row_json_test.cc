#include "store/contract/row_json.h"

#include <gtest/gtest.h>

#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

TEST(RowJson, HasEveryMemberOfTheContractInOrder) {
  event::Row row = row_at(kToday, 1);
  row.record.properties = R"({"a":[1,"x"]})";
  row.record.kind = "page";
  row.is_bot = true;
  std::string json;
  append_row_json(row, json);

  EXPECT_EQ(json,
            R"({"id":")" + row.record.id.hex() +
                R"(","project":"default","source":"events","kind":"page",)"
                R"("name":"pageview","received_at":1763942400005,"occurred_at":1763942400000,)"
                R"("url":"","referrer":"",)"
                R"("ip":"203.0.113.7","user_agent":"Mozilla/5.0","user_id":"","anonymous_id":"",)"
                R"("session_id":"","properties":{"a":[1,"x"]},"host":"example.com","path":"/",)"
                R"("referrer_host":"","browser":"Firefox","os":"Linux","device":"desktop",)"
                R"("is_bot":true,"country":"","utm_source":"","utm_medium":"","utm_campaign":""})");
}

TEST(RowJson, IsValidWithoutPropertiesAndWithHostileText) {
  event::Row row = row_at(kToday, 1);
  row.record.properties = "";
  row.record.name = "</script>\"\\\n";
  std::string json;
  append_row_json(row, json);

  EXPECT_NE(json.find(R"("properties":{})"), std::string::npos);
  EXPECT_EQ(json.find("</script>"), std::string::npos);
}

}  // namespace
}  // namespace penstock::store
