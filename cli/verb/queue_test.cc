#include <algorithm>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/verb/verb_testing.h"
#include "event/batch.h"
#include "queue/letters/put_back.h"
#include "queue/spool/dead_letters.h"
#include "queue/spool/folder.h"
#include "queue/spool/peek.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

class QueueVerb : public ::testing::Test {
 protected:
  Ran run(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), "queue");
    arguments.insert(arguments.end(), {"--data", dir_.path()});
    return run_tool(arguments, input);
  }
  void add_dead(int count) {
    ASSERT_TRUE(queue::make_spool_folder(spool()));
    queue::DeadLetterFile file(spool());
    for (int i = 1; i <= count; ++i) {
      const std::string text = str_cat("message ", i);
      ASSERT_TRUE(file.add({text, "a reason", i * 1'000, "host:1:ab"}));
    }
  }
  void add_waiting(std::string_view name) {
    event::Record record;
    record.name = name;
    event::BatchWriter writer;
    writer.add(record);
    const std::string_view message = writer.finish();
    const queue::SpoolOptions options{spool(), 1 << 24, 1 << 20};
    ASSERT_TRUE(queue::put_back_to_spool(options, clock_)({&message, 1}));
  }
  std::size_t waiting() { return queue::peek_spool(spool(), 100, 1 << 20).size(); }
  std::size_t dead() { return queue::DeadLetterFile(spool()).count().value(); }
  std::string spool() const { return dir_.path("spool"); }

  testing::TempDir dir_;
  SystemClock clock_;
};

TEST_F(QueueVerb, PeeksAtTheOldestMessages) {
  add_waiting("first");
  add_waiting("second");

  const Ran all = run({"peek"});
  EXPECT_EQ(all.code, 0);
  EXPECT_LT(all.out.find("first"), all.out.find("second")) << all.out;
  EXPECT_EQ(all.err, "2 of 2 waiting messages\n");
  const Ran one = run({"peek", "--count", "1", "--json"});
  EXPECT_NE(one.out.find(R"("name":"first")"), std::string::npos) << one.out;
  EXPECT_EQ(one.out.find("second"), std::string::npos) << one.out;
  EXPECT_EQ(one.err, "");
  EXPECT_EQ(waiting(), 2U);
}

TEST_F(QueueVerb, SaysThatNothingWaitsOrFailed) {
  ASSERT_TRUE(queue::make_spool_folder(spool()));
  EXPECT_EQ(run({"peek"}).err, "0 of 0 waiting messages\n");
  const Ran dead = run({"dead"});
  EXPECT_EQ(dead.code, 0);
  EXPECT_EQ(dead.out, "");
  EXPECT_EQ(dead.err, "0 of 0 dead letters\n");
  EXPECT_EQ(run({"dead", "--json"}).err, "");
}

TEST(QueueVerbAlone, FailsWithoutASpool) {
  const testing::TempDir dir;
  for (const std::vector<std::string>& verb :
       std::vector<std::vector<std::string>>{{"peek"},
                                             {"peek", "--json"},
                                             {"dead"},
                                             {"retry", "--all"},
                                             {"purge", "--all", "--yes"}}) {
    std::vector<std::string> arguments = {"queue", "--data", dir.path()};
    arguments.insert(arguments.begin() + 1, verb.begin(), verb.end());
    const Ran ran = run_tool(arguments);
    EXPECT_EQ(ran.code, 1) << verb[0];
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find(dir.path("spool") + " is not there yet"), std::string::npos) << ran.err;
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

TEST_F(QueueVerb, ShowsDeadLettersNewestFirst) {
  add_dead(3);

  const Ran two = run({"dead", "--count", "2"});
  EXPECT_EQ(two.out,
            "f3  1970-01-01T00:00:03.000Z  9 B  host:1:ab  a reason\n    message 3\n"
            "f2  1970-01-01T00:00:02.000Z  9 B  host:1:ab  a reason\n    message 2\n");
  EXPECT_EQ(two.err, "2 of 3 dead letters\n");
  const Ran lines = run({"dead", "--json"});
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 3) << lines.out;
  EXPECT_EQ(lines.out.substr(0, 11), R"({"id":"f3",)");
}

TEST_F(QueueVerb, ShowsMoreThanAPage) {
  add_dead(205);

  const Ran all = run({"dead", "--count", "204", "--json"});

  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 204);
}

TEST_F(QueueVerb, RetriesTheLettersThatAreNamed) {
  add_dead(3);

  const Ran ran = run({"retry", "f1", "f9", "f2"});

  EXPECT_EQ(ran.code, 1) << "one was not there";
  EXPECT_EQ(ran.out, "retried f1\nretried f2\n");
  EXPECT_EQ(ran.err, "penstock: no dead letter f9; `penstock queue dead` shows them\n");
  EXPECT_EQ(waiting(), 2U);
  EXPECT_EQ(dead(), 1U);
}

TEST_F(QueueVerb, RetriesAll) {
  add_dead(3);

  const Ran ran = run({"retry", "--all"});

  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "retried 3 dead letters\n");
  EXPECT_EQ(waiting(), 3U);
  EXPECT_EQ(dead(), 0U);
}

TEST_F(QueueVerb, PurgesTheLettersThatAreNamed) {
  add_dead(2);

  EXPECT_EQ(run({"purge", "f1"}).out, "deleted f1\n");
  EXPECT_EQ(run({"purge", "f1"}).code, 1);

  EXPECT_EQ(dead(), 1U);
}

TEST_F(QueueVerb, PurgesAllOnlyWhenThatIsMeant) {
  add_dead(3);
  add_waiting("stays");

  const Ran refused = run({"purge", "--all"}, "y\n");
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("--yes"), std::string::npos) << refused.err;
  EXPECT_EQ(dead(), 3U);

  const Ran ran = run({"purge", "--all", "--yes"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "deleted 3 dead letters\n");
  EXPECT_EQ(dead(), 0U);
  EXPECT_EQ(waiting(), 1U) << "what waits is no dead letter";
}

TEST_F(QueueVerb, SaysWhenRedisIsAway) {
  const std::string url = str_cat("queue.url=redis+unix://", dir_.path("none.sock"), "?db=0");
  for (const char* action : {"peek", "dead"}) {
    const Ran ran = run({action, "--set", url});
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.err.find("the queue in Redis"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(run({"retry", "r1", "--set", url}).code, 1);
}

TEST_F(QueueVerb, StandsIdsThatAreNone) {
  add_dead(1);

  const Ran ran = run({"retry", "\x1b[31m", std::string(100'000, 'f')});

  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err.find('\x1b'), std::string::npos);
  EXPECT_LT(ran.err.size(), 1'000U);
}

}  // namespace
}  // namespace penstock::cli
