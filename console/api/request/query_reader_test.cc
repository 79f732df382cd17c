#include "console/api/request/query_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace penstock::console {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

TEST(ParseTime, TakesAllThreeForms) {
  EXPECT_EQ(parse_time("1800000000"), kNow);
  EXPECT_EQ(parse_time("1800000000123"), kNow + 123);
  EXPECT_EQ(parse_time("2027-01-15T08:00:00Z"), kNow);
  EXPECT_EQ(parse_time("2027-01-15T10:00:00+02:00"), kNow);
  EXPECT_EQ(parse_time("2027-01-15T10:00:00 02:00"), kNow) << "a plus sign not encoded";
  EXPECT_EQ(parse_time("2027-01-15"), kNow - 8 * 3'600'000);
  for (const char* bad : {"", "yesterday", "-5", "12:00", "99999999999999999999"}) {
    EXPECT_EQ(parse_time(bad), std::nullopt) << bad;
  }
}

TEST(ParseStep, TakesUnitsAndWords) {
  EXPECT_EQ(parse_step("60"), 60);
  EXPECT_EQ(parse_step("90s"), 90);
  EXPECT_EQ(parse_step("15m"), 900);
  EXPECT_EQ(parse_step("2h"), 7200);
  EXPECT_EQ(parse_step("1d"), 86'400);
  EXPECT_EQ(parse_step("hour"), 3600);
  for (const char* bad : {"", "0", "-60", "m", "1w", "1.5h", "9223372036854775807d"}) {
    EXPECT_EQ(parse_step(bad), std::nullopt) << bad;
  }
}

TEST(DefaultStep, GivesAChartsNumberOfPoints) {
  for (const std::int64_t minutes : {15, 60, 180, 360, 1440, 10'080, 43'200, 525'600}) {
    const store::Range range{kNow - minutes * 60'000, kNow};
    const std::int64_t step = default_step_s(range);
    const std::int64_t points = minutes * 60 / step;
    EXPECT_LE(points, 200) << minutes;
    EXPECT_GE(points, minutes < 60 ? 15 : 60) << minutes;
    EXPECT_TRUE(step % 86'400 == 0 || 86'400 % step == 0) << step;
  }
}

TEST(QueryReader, HasDefaults) {
  QueryReader query("", kNow);
  const store::Range range = query.range();
  EXPECT_EQ(range.to_ms, kNow);
  EXPECT_EQ(range.from_ms, kNow - 86'400'000);
  EXPECT_EQ(query.steps(range).length_s, 900);
  EXPECT_EQ(query.number("limit", 10, 1, 100), 10u);
  EXPECT_EQ(query.truth("is_bot"), std::nullopt);
  EXPECT_TRUE(query.filter().is_empty());
  EXPECT_FALSE(query.refusal());
}

// A day before the first day there is.
TEST(QueryReader, BeginsNoRangeBeforeTheEpoch) {
  QueryReader query("to=10", kNow);
  const store::Range range = query.range();
  EXPECT_FALSE(query.refusal());
  EXPECT_EQ(range.from_ms, 0);
  EXPECT_EQ(range.to_ms, 10'000);
}

TEST(QueryReader, ReadsFilters) {
  QueryReader query("project=shop&path=%2Fa+b&country=&is_bot=true&limit=7", kNow);
  const store::Filter filter = query.filter();
  EXPECT_EQ(filter.project, "shop");
  using store::Condition;
  EXPECT_EQ(filter.conditions,
            (std::vector<Condition>{{store::Dimension::kPath, "/a b"},
                                    {store::Dimension::kCountry, ""}}))  // Asked for, not left out.
      << filter.conditions.size();
  EXPECT_EQ(query.truth("is_bot"), true);
  EXPECT_EQ(query.number("limit", 10, 1, 100), 7u);
  EXPECT_FALSE(query.refusal());
}

// The answer to a query with everything read.
std::string refusal_of(std::string_view text) {
  QueryReader query(text, kNow);
  const store::Range range = query.range();
  query.steps(range);
  query.filter();
  query.number("limit", 10, 1, 100);
  query.truth("is_bot");
  const auto refusal = query.refusal();
  return refusal ? str_cat(refusal->status, " ", refusal->body) : "none";
}

TEST(QueryReader, NamesTheParameterAtFault) {
  const struct {
    const char* query;
    const char* parameter;
  } cases[] = {
      {"from=yesterday", "from"}, {"to=x", "to"},         {"from=5000&to=4000", "from"},
      {"step=61", "step"},        {"step=0", "step"},     {"from=0&to=1800000000&step=60", "step"},
      {"limit=0", "limit"},       {"limit=101", "limit"}, {"limit=1e3", "limit"},
      {"is_bot=maybe", "is_bot"}, {"pathh=/", "pathh"},   {"path=/a&path=/b", "path"},
      {"bots=2", "bots"},         {"filter=x", "filter"}, {"project=a&project=b", "project"},
  };
  for (const auto& c : cases) {
    const std::string answer = refusal_of(c.query);
    EXPECT_EQ(answer.rfind("400 ", 0), 0u) << c.query << ": " << answer;
    EXPECT_NE(answer.find(str_cat("\"detail\":\"", c.parameter, ": ")), std::string::npos)
        << c.query << ": " << answer;
  }
}

TEST(QueryReader, NeedsAKnownDimension) {
  QueryReader query("dimension=browser", kNow);
  EXPECT_EQ(query.dimension(), store::Facet(store::Dimension::kBrowser));
  EXPECT_FALSE(query.refusal());
  for (const char* bad : {"", "dimension=", "dimension=shoe_size"}) {
    QueryReader faulty(bad, kNow);
    faulty.dimension();
    ASSERT_TRUE(faulty.refusal()) << bad;
    EXPECT_NE(faulty.refusal()->body.find("country"), std::string::npos) << "lists what there is";
  }
}

TEST(QueryReader, ReadsConditions) {
  QueryReader query("filter=path%5E%3D%2Fblog&filter=path!%3D%2Fblog%2Fold&bots=0", kNow);
  const store::Filter filter = query.filter();
  EXPECT_FALSE(query.refusal());
  EXPECT_EQ(filter.conditions,
            (std::vector<store::Condition>{
                {store::Dimension::kPath, "/blog", store::Comparison::kStartsWith},
                {store::Dimension::kPath, "/blog/old", store::Comparison::kIsNot}}));
  EXPECT_EQ(filter.is_bot, false);
  EXPECT_EQ(QueryReader("bots=only", kNow).filter().is_bot, true);
  EXPECT_EQ(QueryReader("bots=1", kNow).filter().is_bot, std::nullopt);
}

TEST(QueryReader, ReadsProperties) {
  QueryReader query("properties.plan=pro&dimension=properties.a%20b&properties.empty=", kNow);
  const store::Filter filter = query.filter();
  EXPECT_EQ(filter.conditions, (std::vector<store::Condition>{{"plan", "pro"}, {"empty", ""}}));
  const store::Facet dimension = query.dimension();
  EXPECT_EQ(dimension, store::Facet("a b"));
  EXPECT_FALSE(query.refusal());

  for (const char* bad : {"properties.=x", "properties.a=1&properties.a=2", "properties=x"}) {
    QueryReader faulty(bad, kNow);
    faulty.filter();
    EXPECT_TRUE(faulty.refusal()) << bad;
  }
}

TEST(QueryReader, RefusesTooManyParameters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += str_cat(i == 0 ? "" : "&", "p", i, "=1");
  EXPECT_NE(refusal_of(text).find("too many"), std::string::npos);
}

}  // namespace
}  // namespace penstock::console
