#include <string>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::kEventsNow;
using testing::StoredEvents;

using Events = StoredEvents;

int count_of(const std::string& text, std::string_view part) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

TEST_F(Events, EventsComeInPagesNewestFirst) {
  std::string target = "/events?limit=4";
  std::string seen;
  int pages = 0;
  for (;; ++pages) {
    const Answer answer = get(target);
    ASSERT_EQ(answer.status, 200) << answer.body;
    seen += answer.body;
    const std::string cursor = answer.member("next_cursor");
    if (cursor.empty() || pages > 10) break;
    target = str_cat("/events?limit=4&cursor=", cursor);
  }
  EXPECT_LE(pages, 3);
  std::size_t last = 0;
  for (const std::string& id : ids_) {
    const std::size_t at = seen.find(id);
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_GE(at, last);
    last = at;
  }
  EXPECT_EQ(count_of(seen, "\"id\":"), 10);
  EXPECT_EQ(count_of(get("/events?name=signup").body, "\"id\":"), 1);
  EXPECT_EQ(count_of(get("/events?is_bot=true").body, "\"id\":"), 0);
  EXPECT_EQ(get("/events?cursor=nonsense").status, 400);
}

TEST_F(Events, OneEventByItsId) {
  const Answer answer = get(str_cat("/events/", ids_[0]));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.member("name"), "signup");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(get(str_cat("/events/", std::string(32, 'f'))).status, 404);
  EXPECT_EQ(get("/events/nonsense").status, 400);
}

TEST_F(Events, APageHasATagAndIsNotRepeated) {
  settle();
  const std::string target =
      str_cat("/events?limit=3&from=", kEventsNow - 3'600'000, "&to=", kEventsNow);
  const Answer first = get(target);
  EXPECT_EQ(first.status, 200) << first.body;
  const std::string tag = first.header("ETag");
  EXPECT_EQ(get(target, tag).status, 304);
  const Answer next = get(str_cat(target, "&cursor=", first.member("next_cursor")), tag);
  EXPECT_EQ(next.status, 200) << next.body;
  // Whether a cursor is one, only the store tells.
  EXPECT_EQ(get(str_cat(target, "&cursor=x"), "*").status, 400);
}

}  // namespace
}  // namespace penstock::console
