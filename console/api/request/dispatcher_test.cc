#include "console/api/request/dispatcher.h"

#include <gtest/gtest.h>

#include "console/api/request/answers.h"
#include "console/api/request/test_api.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestApi;
using testing::Visitor;

http::Response say_segment(Call& call, Services&) {
  return json_answer(str_cat("\"", call.segment, "\""));
}
http::Response say_who(Call& call, Services&) {
  return json_answer(str_cat("\"", call.session->user.email, "\""));
}

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/open/{}",
     .access = Access::kAnyone,
     .endpoint = say_segment,
     .summary = ""},
    {.method = http::Method::kPost,
     .path = "/api/v1/change",
     .access = Access::kViewer,
     .endpoint = say_who,
     .summary = ""},
};

TEST(Dispatcher, LeadsToTheEndpointOfTheRoute) {
  TestApi api(kRoutes);
  api.start();
  const Answer answer = api.ask("GET", "/api/v1/open/a%20b");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "\"a b\"");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(api.ask("GET", "/api/v1/open/%zz").status, 400);
  EXPECT_EQ(api.ask("GET", "/api/v1/none").status, 404);
  EXPECT_EQ(api.ask("DELETE", "/api/v1/change").status, 405);
}

TEST(Dispatcher, ChangesAreTakenFromItsOwnPagesWithASession) {
  TestApi api(kRoutes);
  api.add_user("ada@x", Role::kViewer);
  api.start();
  EXPECT_EQ(api.ask("POST", "/api/v1/change").status, 401);
  EXPECT_EQ(api.ask("POST", "/api/v1/change", {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(api.ask("POST", "/api/v1/change", {{"Content-Type", "text/plain"}}, "x").status, 415);
}

}  // namespace
}  // namespace penstock::console
