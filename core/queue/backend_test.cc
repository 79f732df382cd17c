#include "queue/backend.h"

#include <set>

#include <gtest/gtest.h>

namespace penstock::queue {
namespace {

// What the rows' parts do is tested by tests/contract/queue_contract.cc.
TEST(Backends, HaveEachSchemeOnce) {
  std::set<std::string_view> schemes;
  for (const Backend& backend : backends()) {
    EXPECT_FALSE(backend.schemes.empty()) << backend.name;
    for (const std::string_view scheme : backend.schemes) {
      EXPECT_TRUE(schemes.insert(scheme).second) << scheme;
    }
  }
}

TEST(Backends, HaveARemoteWhereTheyAreElsewhere) {
  for (const Backend& backend : backends()) {
    EXPECT_EQ(backend.make_remote != nullptr, backend.capabilities.is_remote) << backend.name;
  }
}

TEST(Backends, AreFoundByTheUrlsScheme) {
  EXPECT_EQ(find_backend("spool:")->name, "spool");
  EXPECT_EQ(find_backend("redis://h")->name, "redis");
  EXPECT_EQ(find_backend("redis+unix:///s")->name, "redis");
  EXPECT_EQ(find_backend("rediss://h")->name, "redis");
  for (const char* url :
       {"", "spool", "redis", "http://h", ":", "REDIS://h", "redis-cluster://h"}) {
    EXPECT_EQ(find_backend(url), nullptr) << url;
  }
}

TEST(Backends, ShowUrlsWithoutSecrets) {
  EXPECT_EQ(shown_url("spool:").value_or(""), "spool:");
  EXPECT_EQ(shown_url("redis://u:secret@h:1/2").value_or(""), "redis://h:1/2");
  EXPECT_EQ(shown_url("rediss://u:secret@h:1/2").value_or(""), "rediss://h:1/2");
  for (const char* url : {"spool:/tmp", "spool:secret", "redis://", "rediss://", "nats://h", ""}) {
    const auto shown = shown_url(url);
    ASSERT_FALSE(shown) << url;
    EXPECT_EQ(shown.error().code, ErrorCode::kConfiguration) << url;
    EXPECT_NE(std::string_view(shown.error().step).find("queue.url"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace penstock::queue
