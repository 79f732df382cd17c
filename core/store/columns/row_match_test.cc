#include "store/columns/row_match.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "store/contract/row_testing.h"

namespace penstock::store {
namespace {

TEST(RowMatch, LeavesARowThatHasAllValues) {
  RowMatch match;
  event::Row row = row_at(kToday, 1);
  row.record.properties = R"({"plan":"pro","seats":3})";
  Filter filter;
  EXPECT_TRUE(match.is_left(filter, row));

  filter.project = "default";
  filter.conditions = {{Dimension::kPath, "/"},
                       {Dimension::kCountry, ""},
                       {"plan", "pro"},
                       {"seats", "3"},
                       {"absent", ""}};
  filter.is_bot = false;
  EXPECT_TRUE(match.is_left(filter, row));

  for (const auto& change :
       {+[](Filter& f) { f.project = "x"; }, +[](Filter& f) { f.is_bot = true; },
        +[](Filter& f) { f.conditions[1].operand = "DE"; },
        +[](Filter& f) { f.conditions[3].operand = "4"; }}) {
    Filter other = filter;
    change(other);
    EXPECT_FALSE(match.is_left(other, row));
  }
}

TEST(RowMatch, LooksAtMembersThatAreNoDimensions) {
  RowMatch match;
  event::Row row = row_at(kToday, 1);
  row.record.user_id = "ada";
  const std::string url = str_cat("https://a.example/", std::string(300, 'x'), "end");
  row.record.url = url;
  const auto is_left = [&](std::string_view member, std::string operand, Comparison comparison) {
    Filter filter;
    filter.conditions = {{RowText{event::field_named(member)}, std::move(operand), comparison}};
    return match.is_left(filter, row);
  };
  EXPECT_TRUE(is_left("user_id", "ada", Comparison::kIs));
  EXPECT_FALSE(is_left("user_id", "bob", Comparison::kIs));
  EXPECT_FALSE(is_left("session_id", "", Comparison::kExists));
  EXPECT_TRUE(is_left("url", "XEND", Comparison::kContains)) << "whole, and not its first bytes";
  Filter all;
  all.conditions = {{RowText{}, "ADA", Comparison::kContains}};
  EXPECT_TRUE(match.is_left(all, row));
}

TEST(RowMatch, TakesPropertiesAsWordsDo) {
  RowMatch match;
  EXPECT_EQ(match.property(R"({"a":"x","a":"y"})", "a"), "y");
  EXPECT_EQ(match.property(R"({"a":true,"b":null,"c":1.50})", "b"), "null");
  EXPECT_EQ(match.property(R"({"a":{"b":1}})", "a"), "");
  EXPECT_EQ(match.property("no JSON", "a"), "");
  EXPECT_EQ(match.property(str_cat(R"({"a":")", std::string(300, 'v'), R"("})"), "a"),
            std::string(256, 'v'));
}

}  // namespace
}  // namespace penstock::store
