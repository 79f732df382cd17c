#include <gtest/gtest.h>

#include "console/api/endpoints/error_testing.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::kProblem;
using testing::StoredErrors;

int count_of(const Answer& answer, std::string_view needle) {
  int found = 0;
  for (std::size_t at = 0; (at = answer.body.find(needle, at)) != std::string::npos; ++at) ++found;
  return found;
}

class Errors : public StoredErrors {};

TEST_F(Errors, AreListedByGroups) {
  const Answer list = get("/errors");
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(count_of(list, "{\"id\":"), 3);
  // The newest first.
  EXPECT_LT(list.body.find("no fingerprint"), list.body.find("\"f2\""));
  EXPECT_LT(list.body.find("\"f2\""), list.body.find("\"f1\""));
  EXPECT_TRUE(
      list.says(R"("class":"shop.OutOfStock","message":"no \u003cb\u003ebeans\u003c/b\u003e")"))
      << list.body;
  EXPECT_TRUE(list.says(R"x("place":"add (cart.py)","level":"error")x"));
  EXPECT_TRUE(list.says(R"("count":3)"));
  EXPECT_TRUE(list.says(R"("events":3,"users":2,"trend":{"t":[)")) << list.body;
  EXPECT_TRUE(list.says(R"("events":2,"users":2)"));
  EXPECT_TRUE(list.says(R"("filter":["kind=error","properties.fingerprint=f1"])"));
  EXPECT_TRUE(list.says(R"("properties.fingerprint=","name=TypeError","properties.message=no f)"));
  EXPECT_TRUE(list.says(R"("counts":{"open":4,"resolved":0,"muted":0,"ignored":0})"));
  EXPECT_TRUE(list.says(R"("is_counting":false)"));
  EXPECT_TRUE(list.says(R"("not_grouped":0,"is_partial":false,"missing_days":[])"));
}

TEST_F(Errors, AreThoseOfTheRangeAndTheFilters) {
  EXPECT_EQ(count_of(get("/errors?from=0"), "{\"id\":"), 4);
  EXPECT_EQ(count_of(get("/errors?from=0&to=1799000000"), "{\"id\":"), 1);
  EXPECT_EQ(count_of(get("/errors?project=billing"), "{\"id\":"), 1);
  EXPECT_EQ(count_of(get("/errors?search=BEANS"), "{\"id\":"), 1);
  EXPECT_EQ(count_of(get("/errors?state=resolved"), "{\"id\":"), 0);
  store(kEventsNow - 1'000, kProblem, 1, "default", "Safari");
  follow();
  const Answer safari = get("/errors?filter=browser%3DSafari");
  EXPECT_EQ(count_of(safari, "\"fingerprint\":\"f1\""), 1) << safari.body;
  EXPECT_TRUE(safari.says(R"("count":4)")) << safari.body;
  EXPECT_TRUE(safari.says(R"("events":1,"users":1)")) << safari.body;
}

TEST_F(Errors, AreSortedAndShownByPages) {
  for (const char* sort : {"last_seen", "first_seen", "count", "events", "users"}) {
    SCOPED_TRACE(sort);
    const Answer all = get(str_cat("/errors?from=0&sort=", sort));
    ASSERT_EQ(count_of(all, "{\"id\":"), 4);
    std::string pages;
    std::string cursor;
    do {
      const Answer page = get(
          str_cat("/errors?from=0&limit=1&sort=", sort, cursor.empty() ? "" : "&cursor=", cursor));
      ASSERT_EQ(count_of(page, "{\"id\":"), 1) << page.body;
      const std::size_t at = page.body.find("{\"id\":");
      pages += page.body.substr(at, page.body.find("\"next_cursor\"") - 2 - at) + ",";
      cursor = page.member("next_cursor");
    } while (!cursor.empty());
    EXPECT_TRUE(all.says(pages.substr(0, pages.size() - 1))) << pages << "\n" << all.body;
  }
  const Answer by_count = get("/errors?sort=count");
  EXPECT_LT(by_count.body.find("\"f1\""), by_count.body.find("no fingerprint"));
  EXPECT_EQ(get("/errors?cursor=x").status, 400);
  EXPECT_EQ(get("/errors?sort=size").status, 400);
  EXPECT_EQ(get("/errors?state=gone").status, 400);
}

TEST_F(Errors, AreShownOneByOne) {
  const std::string id = id_of("\"f1\"");
  const Answer one = get(str_cat("/errors/", id));
  ASSERT_EQ(one.status, 200) << one.body;
  EXPECT_TRUE(one.says(R"({"group":{"id":)"));
  EXPECT_TRUE(one.says(R"("events":3,"users":2,"trend":{"t":[)")) << one.body;
  EXPECT_TRUE(one.says(R"("first_release":"1.0","last_release":"1.0","state":"open")"));
  const Answer samples = get(str_cat("/errors/", id, "/samples?limit=2"));
  ASSERT_EQ(samples.status, 200) << samples.body;
  EXPECT_EQ(count_of(samples, "\"fingerprint\":\"f1\""), 2);
  const Answer rest =
      get(str_cat("/errors/", id, "/samples?limit=2&cursor=", samples.member("next_cursor")));
  EXPECT_EQ(count_of(rest, "\"fingerprint\":\"f1\""), 1) << rest.body;
  EXPECT_TRUE(rest.says("\"next_cursor\":null"));
  EXPECT_EQ(
      count_of(get(str_cat("/errors/", id_of("no fingerprint"), "/samples")), "no fingerprint"), 2);
  for (const char* path : {"/errors/99", "/errors/x", "/errors/99/samples"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(get(str_cat("/errors/", id, "?what=1")).status, 400);
}

// While neither the store nor a group has changed nobody asks again.
TEST_F(Errors, HaveATagThatAnyChangeMakesAnother) {
  namespace fs = std::filesystem;
  for (const auto& file : fs::directory_iterator(console_.settings().store_path)) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }
  const std::string id = id_of("\"f1\"");
  for (const std::string& path : {std::string("/errors"), str_cat("/errors/", id)}) {
    const std::string tag = get(path).header("ETag");
    ASSERT_FALSE(tag.empty()) << path;
    EXPECT_EQ(get(path, tag).status, 304) << path;
    ASSERT_EQ(send("PATCH", str_cat("/errors/", id), R"({"state":"ignored"})").status, 200);
    EXPECT_EQ(get(path, tag).status, 200) << path;
  }
}

TEST_F(Errors, AreCountedByState) {
  ASSERT_EQ(send("PATCH", str_cat("/errors/", id_of("\"f1\"")), R"({"state":"ignored"})").status,
            200);
  EXPECT_EQ(get("/errors/counts").body,
            R"({"counts":{"open":3,"resolved":0,"muted":0,"ignored":1}})");
  EXPECT_EQ(get("/errors/counts?x=1").status, 400);
}

}  // namespace
}  // namespace penstock::console
