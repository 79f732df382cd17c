#include "http/router.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using Kind = Match::Kind;

Router sample() {
  Router router;
  router.add(Method::kPost, "/v1/events", 1);
  router.add(Method::kGet, "/v1/pixel.gif", 2);
  router.add(Method::kGet, "/api/v1/events/{}", 3);
  router.add(Method::kDelete, "/api/v1/events/{}", 4);
  router.add(Method::kGet, "/api/v1/events/export", 5);
  router.add(Method::kPost, "/api/v1/queue/dead/{}/retry", 6);
  router.add(Method::kPost, "/{}/{}/bulk", 7);
  return router;
}

TEST(Router, FindsLiteralPaths) {
  const Router router = sample();
  const Match match = router.find(Method::kPost, "/v1/events");

  EXPECT_EQ(match.kind, Kind::kFound);
  EXPECT_EQ(match.route, 1);
  EXPECT_EQ(match.segment, "");
}

TEST(Router, GivesWhatTheWildcardTook) {
  const Router router = sample();

  EXPECT_EQ(router.find(Method::kGet, "/api/v1/events/a%2Fb").route, 3);
  EXPECT_EQ(router.find(Method::kGet, "/api/v1/events/a%2Fb").segment, "a%2Fb");
  EXPECT_EQ(router.find(Method::kDelete, "/api/v1/events/7").route, 4);
  EXPECT_EQ(router.find(Method::kPost, "/api/v1/queue/dead/9/retry").segment, "9");
  EXPECT_EQ(router.find(Method::kPost, "/one/two/bulk").segment, "one");
}

TEST(Router, PrefersALiteralPath) {
  const Router router = sample();

  EXPECT_EQ(router.find(Method::kGet, "/api/v1/events/export").route, 5);
  EXPECT_EQ(router.find(Method::kDelete, "/api/v1/events/export").route, 4);
}

TEST(Router, AnswersHeadByGet) {
  Router router = sample();
  EXPECT_EQ(router.find(Method::kHead, "/v1/pixel.gif").route, 2);
  EXPECT_EQ(router.find(Method::kHead, "/api/v1/events/export").route, 5);

  router.add(Method::kHead, "/v1/pixel.gif", 8);
  EXPECT_EQ(router.find(Method::kHead, "/v1/pixel.gif").route, 8);
}

TEST(Router, KnowsNoOtherPaths) {
  const Router router = sample();

  for (const std::string_view path :
       {"", "/", "*", "/v1/events/", "/v1//events", "/V1/events", "/v1/event", "/v1/events/x",
        "/api/v1/events/", "/api/v1/events/a/b", "/api/v1/queue/dead//retry", "/v1/%65vents"}) {
    EXPECT_EQ(router.find(Method::kGet, path).kind, Kind::kNoSuchPath) << path;
  }
}

TEST(Router, SaysWhichMethodsAPathHas) {
  const Router router = sample();

  const Match match = router.find(Method::kPut, "/v1/pixel.gif");
  EXPECT_EQ(match.kind, Kind::kWrongMethod);
  EXPECT_EQ(match.allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(router.find(Method::kGet, "/v1/events").allow, "POST, OPTIONS");
  EXPECT_EQ(router.find(Method::kPost, "/api/v1/events/7").allow, "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(router.find(Method::kOther, "/v1/events").kind, Kind::kWrongMethod);
  EXPECT_EQ(router.find(Method::kOptions, "/v1/events").kind, Kind::kWrongMethod);
}

}  // namespace
}  // namespace penstock::http
