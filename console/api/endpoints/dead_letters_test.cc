#include "queue/spool/dead_letters.h"

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "console/api/endpoints/test_console.h"
#include "event/batch.h"
#include "json/reader.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"

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
    console_.add_user("editor@x", Role::kEditor);
    console_.start();
    worker_.emplace(console_.settings());
    viewer_ = console_.sign_in("viewer@x");
    editor_ = console_.sign_in("editor@x");
  }
  void add(std::string_view message, std::int64_t at_ms = 1'000) {
    ASSERT_TRUE(queue::make_spool_folder(spool()));
    ASSERT_TRUE(queue::DeadLetterFile(spool()).add({message, "a \"reason\"", at_ms, "host:1:ab"}));
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
  Answer post(std::string_view id, std::string_view action) {
    return console_.ask("POST", str_cat("/api/v1/queue/dead/", id, "/", action), editor_.headers());
  }
  std::size_t waiting() { return queue::peek_spool(spool(), 100, 1 << 20).size(); }
  const std::string& spool() const { return console_.settings().spool_path; }

  TestConsole console_;
  std::optional<TestWorker> worker_;
  Visitor viewer_;
  Visitor editor_;
};

TEST_F(DeadLetters, AreNone) { EXPECT_EQ(get().body, R"({"total":0,"letters":[],"next":null})"); }

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
                          R"("reason":"a \"reason\"","origin":"host:1:ab","bytes":)"))
      << answer.body;
  EXPECT_TRUE(answer.says(R"("form":"batch","events":[{"id":)")) << answer.body;
  EXPECT_FALSE(answer.says("</script>")) << answer.body;
  EXPECT_TRUE(answer.says(R"("bytes":3,"message":"AP88","truncated":false,"form":"unknown",)"
                          R"("events":[]}],"next":null})"))
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

TEST_F(DeadLetters, AreRetriedOnce) {
  add("m");

  EXPECT_EQ(post("f1", "retry").body, R"({"retried":1})");

  EXPECT_EQ(waiting(), 1U);
  EXPECT_TRUE(get().says(R"("total":0)"));
  const Answer again = post("f1", "retry");
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(again.member("error"), "not_found");
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(DeadLetters, AreRetriedOnceByManyAtATime) {
  add("m");
  std::vector<std::thread> threads;
  std::atomic<int> retried = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { retried += post("f1", "retry").status == 200 ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(retried, 1);
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(DeadLetters, AreDeleted) {
  add("m");
  EXPECT_EQ(post("f1", "delete").body, R"({"deleted":1})");
  EXPECT_EQ(post("f1", "delete").status, 404);
  EXPECT_EQ(waiting(), 0U);
  const auto audit = AuditLog::open(console_.settings().accounts_path, console_.clock());
  const auto page = (*audit)->page(1, "");
  EXPECT_EQ(page->entries[0].act, "dead_letter.delete");
  EXPECT_EQ(page->entries[0].subject, "f1");
  EXPECT_EQ(page->entries[0].actor, "editor@x");
  for (const char* id : {"f0", "x", "%00", "f%ff", "r0123456789abcdef", ".."}) {
    EXPECT_EQ(post(id, "delete").status, 404) << id;
    EXPECT_EQ(post(id, "retry").status, 404) << id;
  }
}

TEST_F(DeadLetters, AreTheWorkersToChange) {
  add("m");
  worker_.reset();

  for (const char* action : {"retry", "delete"}) {
    const Answer answer = post("f1", action);
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.member("error"), "worker_unavailable");
    EXPECT_TRUE(answer.says("it is not running")) << answer.body;
    EXPECT_NE(answer.header("Retry-After"), "");
  }
  EXPECT_TRUE(get().says(R"("total":1)")) << "looking needs no worker";
  EXPECT_EQ(post("..", "retry").status, 404);
  EXPECT_EQ(console_.ask("POST", "/api/v1/queue/dead/f1/retry", viewer_.headers()).status, 403);

  worker_.emplace(console_.settings());
  EXPECT_EQ(post("f1", "retry").body, R"({"retried":1})");
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(DeadLetters, AreAnEditorsToChange) {
  add("m");
  for (const char* action : {"retry", "delete"}) {
    const std::string target = str_cat("/api/v1/queue/dead/f1/", action);
    EXPECT_EQ(console_.ask("POST", target, viewer_.headers()).status, 403);
    EXPECT_EQ(console_.ask("POST", target, {{"Cookie", editor_.cookie}}).status, 403);
    EXPECT_EQ(console_.ask("GET", target, editor_.headers()).status, 405);
    EXPECT_EQ(console_.ask("POST", target).status, 401);
  }
  EXPECT_TRUE(get().says(R"("total":1)"));
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
