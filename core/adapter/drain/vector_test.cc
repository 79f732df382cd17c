#include "adapter/drain/vector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/contract/protocol_probe.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

TEST(Vector, ReadsItsRecords) {
  ProtocolProbe probe(kVectorProtocol);
  for (const http::Method method : {http::Method::kPost, http::Method::kPut}) {
    const auto got = probe.ask(
        method, "/drain/vector",
        R"([{"timestamp":"2026-11-25T10:44:26.126456789Z","host":"web-1","source_type":"file",)"
        R"("file":"/var/log/app.log","message":"GET /cart"}])");
    ASSERT_EQ(got.events.size(), 1u);
    EXPECT_EQ(got.events[0].source, "vector");
    EXPECT_EQ(got.events[0].kind, "log");
    EXPECT_EQ(got.events[0].occurred_at_ms, 1'795'603'466'126);
  }
}

TEST(Vector, TakesABatchOfFiveMebibytes) {
  ProtocolProbe probe(kVectorProtocol);
  const std::string line = str_cat(R"({"timestamp":"2026-11-25T10:44:26.123Z","message":")",
                                   std::string(450, 'x'), "\"}\n");
  std::string body;
  while (body.size() < 5 << 20) body += line;
  const auto got = probe.post("/drain/vector", body);
  EXPECT_EQ(got.outcome.status, 200) << got.outcome.detail;
  EXPECT_EQ(got.events.size(), body.size() / line.size());
}

}  // namespace
}  // namespace penstock::adapter
