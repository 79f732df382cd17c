#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "console/api/endpoints/test_console.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::TestConsole;
using testing::TestWorker;
using testing::Visitor;

class DeadLetterActs : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("viewer@x", Role::kViewer);
    console_.add_user("editor@x", Role::kEditor);
    console_.start();
    worker_.emplace(console_.settings());
    viewer_ = console_.sign_in("viewer@x");
    editor_ = console_.sign_in("editor@x");
  }
  void add(std::string_view message) {
    ASSERT_TRUE(queue::make_spool_folder(spool()));
    ASSERT_TRUE(queue::DeadLetterFile(spool()).add({message, "why", 1'000, "host:1:ab"}));
  }
  Answer get() { return console_.ask("GET", "/api/v1/queue/dead", viewer_.headers()); }
  Answer post(std::string_view id, std::string_view action, std::string_view body = "") {
    return console_.ask("POST", str_cat("/api/v1/queue/dead/", id, "/", action), editor_.headers(),
                        body);
  }
  Answer post_many(std::string_view action, std::string_view body) {
    return console_.ask("POST", str_cat("/api/v1/queue/dead/", action), editor_.headers(), body);
  }
  std::size_t waiting() { return queue::peek_spool(spool(), 100, 1 << 20).size(); }
  const std::string& spool() const { return console_.settings().spool_path; }

  TestConsole console_;
  std::optional<TestWorker> worker_;
  Visitor viewer_;
  Visitor editor_;
};

TEST_F(DeadLetterActs, TakeSeveral) {
  for (const char* message : {"a", "b", "c", "d"}) add(message);

  Answer answer = post_many("retry", R"({"ids":["f1","f2","f9"]})");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(answer.says(R"({"retried":2,"gone":1,"at":)")) << answer.body;
  EXPECT_EQ(waiting(), 2U);
  answer = post_many("delete", R"({"all":true,"count":3})");
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_TRUE(answer.says(R"("count":2)")) << answer.body;
  answer = post_many("delete", R"({"all":true,"reason":"why","count":2})");
  EXPECT_TRUE(answer.says(R"({"deleted":2,"gone":0,"at":)")) << answer.body;
  EXPECT_TRUE(get().says(R"("total":0)"));
  EXPECT_EQ(post_many("delete", R"({"ids":[]})").status, 400);
}

TEST_F(DeadLetterActs, EditAndRetry) {
  add("{");
  Answer answer = post("f1", "edit", R"({"message":"{\"class\":"})");
  EXPECT_EQ(answer.status, 422) << answer.body;
  EXPECT_EQ(answer.member("error"), "not_storable");
  EXPECT_NE(answer.member("detail"), "");

  answer = post("f1", "edit", R"({"message":"{\"class\":\"X\",\"args\":[{\"name\":\"n\"}]}"})");

  EXPECT_TRUE(answer.says(R"({"retried":1,"at":)")) << answer.body;
  EXPECT_EQ(waiting(), 1U);
  EXPECT_TRUE(get().says(R"("total":0)"));
}

TEST_F(DeadLetterActs, OnSeveralAreAnEditors) {
  add("m");
  for (const char* action : {"retry", "delete", "f1/edit"}) {
    const std::string target = str_cat("/api/v1/queue/dead/", action);
    const std::string_view body = R"({"ids":["f1"]})";
    EXPECT_EQ(console_.ask("POST", target, viewer_.headers(), body).status, 403);
    EXPECT_EQ(console_.ask("POST", target, {{"Cookie", editor_.cookie}}, body).status, 403);
    EXPECT_EQ(console_.ask("POST", target, {}, body).status, 401);
  }
  EXPECT_TRUE(get().says(R"("total":1)"));
}

TEST_F(DeadLetterActs, AreRetriedOnce) {
  add("m");

  EXPECT_EQ(post("f1", "retry").body, R"({"retried":1})");

  EXPECT_EQ(waiting(), 1U);
  EXPECT_TRUE(get().says(R"("total":0)"));
  const Answer again = post("f1", "retry");
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(again.member("error"), "not_found");
  EXPECT_EQ(waiting(), 1U);
}

TEST_F(DeadLetterActs, AreRetriedOnceByManyAtATime) {
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

TEST_F(DeadLetterActs, AreDeleted) {
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

TEST_F(DeadLetterActs, AreTheWorkersToChange) {
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

TEST_F(DeadLetterActs, AreAnEditorsToChange) {
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

}  // namespace
}  // namespace penstock::console
