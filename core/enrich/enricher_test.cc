#include "enrich/enricher.h"

#include <fstream>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::enrich {
namespace {

std::unique_ptr<Enricher> open(const EnrichOptions& options) {
  auto opened = Enricher::open(options);
  EXPECT_TRUE(opened);
  return std::move(*opened);
}

TEST(Enricher, AddsWhatEachStepFinds) {
  const auto enricher = open({});
  event::Record record;
  record.name = "pageview";
  record.url = "https://Shop.test/cart?utm_source=news&utm_medium=mail&utm_campaign=a%20b";
  record.referrer = "https://search.test/?q=x";
  record.user_agent =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0";
  record.ip = "192.0.2.1";

  const event::Row row = enricher->enrich(record);

  EXPECT_EQ(row.record.name, "pageview");
  EXPECT_EQ(row.record.url, record.url);
  EXPECT_EQ(row.host, "shop.test");
  EXPECT_EQ(row.path, "/cart");
  EXPECT_EQ(row.utm_source, "news");
  EXPECT_EQ(row.utm_medium, "mail");
  EXPECT_EQ(row.utm_campaign, "a b");
  EXPECT_EQ(row.referrer_host, "search.test");
  EXPECT_EQ(row.browser, "Firefox");
  EXPECT_EQ(row.os, "Windows");
  EXPECT_EQ(row.device, "desktop");
  EXPECT_EQ(row.country, "");
  EXPECT_FALSE(row.is_bot);
}

TEST(Enricher, LeavesEmptyWhatARecordLacks) {
  const auto enricher = open({});
  const event::Row row = enricher->enrich({});
  EXPECT_EQ(row.host, "");
  EXPECT_EQ(row.path, "");
  EXPECT_EQ(row.referrer_host, "");
  EXPECT_EQ(row.browser, "");
  EXPECT_EQ(row.device, "");
}

TEST(Enricher, KeepsABatchsRowsUntilForgotten) {
  const auto enricher = open({});
  std::vector<std::string> urls;
  for (int i = 0; i < 5'000; ++i) {
    urls.push_back("https://H" + std::to_string(i) + ".test/?utm_source=a%20" + std::to_string(i));
  }
  std::vector<event::Row> rows;
  for (const std::string& url : urls) {
    event::Record record;
    record.url = url;
    rows.push_back(enricher->enrich(record));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].host, "h" + std::to_string(i) + ".test");
    ASSERT_EQ(rows[i].utm_source, "a " + std::to_string(i));
  }
  enricher->forget();
  event::Record record;
  record.url = "https://AGAIN.test/";
  EXPECT_EQ(enricher->enrich(record).host, "again.test");
}

TEST(Enricher, DoesWithoutRules) {
  for (const char* file : {"", "/nonexistent/regexes.yaml"}) {
    const auto enricher = open({file, ""});
    event::Record record;
    record.user_agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0";
    EXPECT_EQ(enricher->enrich(record).browser, "");
    EXPECT_EQ(enricher->enrich(record).device, "desktop");
  }
}

TEST(Enricher, RefusesBrokenFiles) {
  testing::TempDir dir;
  std::ofstream(dir.path("broken.yaml")) << "user_agent_parsers:\n  - regex: '('\n";
  const auto rules = Enricher::open({dir.path("broken.yaml"), ""});
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().code, ErrorCode::kConfiguration);

  const auto database = Enricher::open({kUserAgentRules, dir.path("none.mmdb")});
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, ErrorCode::kConfiguration);
}

}  // namespace
}  // namespace penstock::enrich
