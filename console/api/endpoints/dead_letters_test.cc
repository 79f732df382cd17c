#include "queue/spool/dead_letters.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "console/api/endpoints/test_console.h"
#include "event/batch.h"
#include "json/reader.h"
#include "queue/spool/folder.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::TestWorker;
using testing::Visitor;

class DeadLetters : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("viewer@x", Role::kViewer);
    console_.start();
    viewer_ = console_.sign_in("viewer@x");
  }
  void add(std::string_view message, std::int64_t at_ms = 1'000,
           std::string_view reason = "a \"reason\"") {
    ASSERT_TRUE(queue::make_spool_folder(spool()));
    ASSERT_TRUE(queue::DeadLetterFile(spool()).add({message, reason, at_ms, "host:1:ab"}));
  }
  // A 200 answer is valid JSON.
  Answer get(std::string_view query = "") {
    Answer answer = console_.ask("GET", str_cat("/api/v1/queue/dead", query), viewer_.headers());
    reserve_padding(answer.body);
    json::Reader reader;
    EXPECT_TRUE(reader.read(answer.body, [](json::Value&) -> Result<void> { return {}; }))
        << answer.body.substr(0, 500);
    return answer;
  }
  const std::string& spool() const { return console_.settings().spool_path; }

  TestConsole console_;
  Visitor viewer_;
};

TEST_F(DeadLetters, AreNone) {
  EXPECT_EQ(get().body, R"({"total":0,"letters":[],"next":null,"ours":0,"complete":true})");
}

TEST_F(DeadLetters, AreShownWithWhatCanBeReadOfThem) {
  add(std::string("\0\xff<", 3), 1'000);
  event::BatchWriter writer;
  event::Record record;
  record.name = "</script>";
  writer.add(record);
  add(writer.finish(), 2'000);

  const Answer answer = get();

  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.says(R"({"total":2,"letters":[{"id":"f2","at":2000,"place":"file",)"
                          R"("reason":"a \"reason\"","detail":"a \"reason\"","origin":"host:1:ab",)"
                          R"("foreign":false,"bytes":)"))
      << answer.body;
  EXPECT_TRUE(answer.says(R"("form":"batch","events":[{"id":)")) << answer.body;
  EXPECT_FALSE(answer.says("</script>")) << answer.body;
  EXPECT_TRUE(answer.says(R"("bytes":3,"message":"AP88","truncated":false,"form":"unknown",)"
                          R"("events":[],"total_events":0,"class":null,"jid":null,"fault":)"))
      << answer.body;
}

TEST_F(DeadLetters, AreCutWhereTheyAreLarge) {
  add(std::string(1 << 20, 'x'));
  event::BatchWriter writer;
  event::Record record;
  record.name = "n";
  for (int i = 0; i < 30; ++i) writer.add(record);
  add(writer.finish());

  const Answer answer = get();

  EXPECT_LT(answer.body.size(), 100'000U);
  EXPECT_TRUE(answer.says(R"("bytes":1048576)"));
  EXPECT_FALSE(answer.says(R"("truncated":false)"));
}

TEST_F(DeadLetters, ComeByPages) {
  for (int i = 0; i < 5; ++i) add(str_cat("m", i));
  Answer answer = get("?limit=2");
  EXPECT_TRUE(answer.says(R"("total":5)")) << answer.body;
  EXPECT_TRUE(answer.says(R"("id":"f5")") && answer.says(R"("id":"f4")")) << answer.body;

  answer = get(str_cat("?limit=2&cursor=", answer.member("next")));
  EXPECT_TRUE(answer.says(R"("id":"f3")") && answer.says(R"("id":"f2")")) << answer.body;
  answer = get(str_cat("?limit=2&cursor=", answer.member("next")));
  EXPECT_TRUE(answer.says(R"("id":"f1")") && answer.says(R"("next":null)")) << answer.body;

  for (const char* query : {"?limit=0", "?limit=201", "?cursor=x", "?cursor=-1", "?nonsense=1"}) {
    const Answer refused = get(query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(refused.member("error"), "bad_parameter") << refused.body;
  }
}

TEST_F(DeadLetters, AreFoundByReasonAndText) {
  add("one Needle", 1'000, "E: at 1");
  add("two", 2'000, "open a batch: cut short: damaged");
  add("three", 3'000, "E: at 2");

  Answer answer = get("?reason=E%3A%20at%20%E2%80%A6");
  EXPECT_TRUE(answer.says(R"({"total":2,"letters":[{"id":"f3",)")) << answer.body;
  EXPECT_FALSE(answer.says(R"("id":"f2")")) << answer.body;
  EXPECT_TRUE(answer.says(R"("ours":2,"complete":true)")) << answer.body;
  answer = get("?search=needle");
  EXPECT_TRUE(answer.says(R"({"total":1,"letters":[{"id":"f1",)")) << answer.body;
  answer = get("?since=2000000000");
  EXPECT_TRUE(answer.says(R"({"total":0,)")) << answer.body;
  EXPECT_EQ(get("?since=yesterday").status, 400);
}

TEST_F(DeadLetters, AreGroupedByReason) {
  add("a", 1'000, "E: at 1");
  add("b", 2'000, "open a batch: cut short: damaged");
  add("c", 3'000, "E: at 2");

  const Answer answer = get("/reasons");

  EXPECT_EQ(answer.body,
            R"({"total":3,"ours":3,"complete":true,"groups":[)"
            R"({"reason":"E: at …","detail":"E: at 2","count":2,"ours":2,"newest":3000,)"
            R"("oldest":1000},{"reason":"Damaged batch of events",)"
            R"("detail":"open a batch: cut short: damaged","count":1,"ours":1,"newest":2000,)"
            R"("oldest":2000}]})");
}

TEST_F(DeadLetters, AreShownInFull) {
  event::BatchWriter writer;
  event::Record record;
  record.name = "n";
  for (int i = 0; i < 30; ++i) writer.add(record);
  add(writer.finish());
  add(std::string(100'000, 'x'));

  Answer answer = get("/f1");
  EXPECT_TRUE(answer.says(R"("truncated":false)")) << answer.body.substr(0, 500);
  EXPECT_TRUE(answer.says(R"("total_events":30)"));
  answer = get("/f2");
  EXPECT_GT(answer.body.size(), 133'000U);
  EXPECT_EQ(get("/f3").status, 404);
  EXPECT_EQ(get("/..").status, 404);
}

TEST(DeadLettersInRedis, SayWhyTheyCannotBeHad) {
  TestConsole console;
  console.add_user("editor@x", Role::kEditor);
  console.use_redis_at_closed_port();
  console.start();
  const TestWorker worker(console.settings());
  const Visitor editor = console.sign_in("editor@x");
  for (const auto& [method, path] :
       {std::pair("GET", ""), std::pair("POST", "/r1/retry"), std::pair("POST", "/s1/delete")}) {
    const Answer answer =
        console.ask(method, str_cat("/api/v1/queue/dead", path), editor.headers());
    if (std::string_view(path).substr(0, 2) == "/s") {
      EXPECT_EQ(answer.status, 404) << "no set of Sidekiq's in the native format";
      continue;
    }
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.member("error"), "unavailable");
    EXPECT_NE(answer.member("detail"), "");
  }
}

}  // namespace
}  // namespace penstock::console
