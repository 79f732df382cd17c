#include "cli/up/supervisor.h"

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

// Children are shell scripts that write what happens to them into one file.
class SupervisorTest : public ::testing::Test {
 protected:
  std::string journal() const { return dir_.path("journal"); }

  std::string journal_text() const {
    std::ifstream in(journal());
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // Ready once it has written its "up"; ends on SIGTERM with `on_term`.
  SupervisedChild child(const std::string& name, const std::string& on_term = "exit 0") {
    return script(name, str_cat("trap 'echo ", name, " stopped >> ", journal(), "; ", on_term,
                                "' TERM; trap 'echo ", name, " reloaded >> ", journal(),
                                "' HUP; echo ", name, " up >> ", journal(),
                                "; while :; do read line < ", dir_.path("never"), "; done"));
  }

  SupervisedChild script(const std::string& name, const std::string& text) {
    // A FIFO that nobody writes: waiting on it costs nothing and ends at a signal.
    if (access(dir_.path("never").c_str(), F_OK) != 0) {
      EXPECT_EQ(mkfifo(dir_.path("never").c_str(), 0600), 0);
    }
    SupervisedChild child;
    child.name = name;
    child.command = {"sh", {"-c", text}, {}};
    child.is_ready = [this, name](pid_t /*pid*/) {
      return journal_text().find(name + " up\n") != std::string::npos;
    };
    return child;
  }

  int run(
      std::vector<SupervisedChild> children, std::function<void()> on_ready,
      std::function<bool()> is_drained = [] { return true; }) {
    CaptureStderr();
    Supervisor supervisor(std::move(children), std::move(on_ready), std::move(is_drained), options_,
                          clock_);
    const int code = supervisor.run();
    log_ = GetCapturedStderr();
    return code;
  }

  SupervisorTest() {
    options_.backoff_ms_min = 1;
    options_.backoff_ms_max = 20;
    options_.tick_ms = 5;
  }

  const testing::TempDir dir_;
  const SystemClock clock_;
  SupervisorOptions options_;
  std::string log_;
};

void ask_to_stop() { kill(getpid(), SIGTERM); }

TEST_F(SupervisorTest, StopsTheIntakeFirstAndTheRestWhenTheQueueIsEmpty) {
  bool was_intake_gone = false;
  const int code = run({child("ingest"), child("worker"), child("console")}, ask_to_stop, [&] {
    const std::string text = journal_text();
    was_intake_gone = text.find("ingest stopped") != std::string::npos &&
                      text.find("worker stopped") == std::string::npos;
    return true;
  });
  EXPECT_EQ(code, 0) << log_;
  EXPECT_TRUE(was_intake_gone);
  for (const char* line : {"ingest stopped\n", "worker stopped\n", "console stopped\n"}) {
    EXPECT_NE(journal_text().find(line), std::string::npos) << line;
  }
}

// The intake learns that nobody keeps its sockets any more before it is told to end.
TEST_F(SupervisorTest, GivesUpWhatItKeepsBeforeTheIntakeStops) {
  SupervisedChild ingest = child("ingest");
  int calls = 0;
  bool was_stopped = true;
  ingest.before_stop = [&] {
    ++calls;
    was_stopped = journal_text().find("ingest stopped") != std::string::npos;
  };
  EXPECT_EQ(run({ingest, child("worker")}, ask_to_stop), 0) << log_;
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(was_stopped);
}

TEST_F(SupervisorTest, WaitsForTheQueueOnlySoLong) {
  options_.drain_ms = 30;
  EXPECT_EQ(run({child("ingest"), child("worker")}, ask_to_stop, [] { return false; }), 0) << log_;
}

TEST_F(SupervisorTest, StartsADeadChildAgain) {
  const std::string once = dir_.path("once");
  // Dies a moment after its first start, then stays.
  SupervisedChild flaky = child("flaky");
  flaky.command.arguments[1] =
      str_cat("if [ ! -e ", once, " ]; then touch ", once, "; echo flaky up >> ", journal(),
              "; exit 3; fi; ", flaky.command.arguments[1]);
  int readings = 0;
  flaky.is_ready = [&](pid_t /*pid*/) {
    const std::string text = journal_text();
    readings = 0;
    for (std::size_t at = text.find("flaky up"); at != std::string::npos;
         at = text.find("flaky up", at + 1)) {
      ++readings;
    }
    return readings >= 2;
  };
  EXPECT_EQ(run({flaky, child("worker")}, ask_to_stop), 0) << log_;
  EXPECT_EQ(readings, 2);
  EXPECT_NE(log_.find("is started again"), std::string::npos) << log_;
  EXPECT_NE(log_.find("\"exit 3\""), std::string::npos) << log_;
}

TEST_F(SupervisorTest, GivesUpOnAChildThatNeverStarts) {
  bool was_ready = false;
  const int code = run({child("ingest"), script("worker", "echo no such port >&2; exit 1")},
                       [&] { was_ready = true; });
  EXPECT_EQ(code, 1);
  EXPECT_FALSE(was_ready);
  EXPECT_NE(log_.find("failed at its start"), std::string::npos) << log_;
}

TEST_F(SupervisorTest, GivesUpWhereAChildIsNotReadyInTime) {
  options_.ready_ms = 50;
  SupervisedChild slow = child("slow");
  slow.is_ready = [](pid_t /*pid*/) { return false; };
  EXPECT_EQ(run({slow}, [] {}), 1);
  EXPECT_NE(log_.find("did not get ready in time"), std::string::npos) << log_;
}

TEST_F(SupervisorTest, KillsWhatDoesNotStopAndSaysSo) {
  options_.stop_ms = 50;
  EXPECT_EQ(run({child("ingest", ":"), child("worker")}, ask_to_stop), 1);
  EXPECT_NE(log_.find("program=ingest"), std::string::npos) << log_;
  EXPECT_NE(journal_text().find("worker stopped"), std::string::npos);
}

TEST_F(SupervisorTest, PassesAReloadOn) {
  std::jthread stopper;
  const int code = run({child("ingest"), child("worker")}, [&] {
    kill(getpid(), SIGHUP);
    stopper = std::jthread([&] {
      while (journal_text().find("ingest reloaded") == std::string::npos) std::this_thread::yield();
      ask_to_stop();
    });
  });
  EXPECT_EQ(code, 0) << log_;
}

TEST_F(SupervisorTest, HurriesAtTheSecondRequest) {
  options_.drain_ms = 60'000;
  const std::int64_t start_us = clock_.mono_us();
  EXPECT_EQ(run({child("ingest"), child("worker")}, ask_to_stop,
                [] {
                  ask_to_stop();
                  return false;
                }),
            0)
      << log_;
  EXPECT_LT(clock_.mono_us() - start_us, 30'000'000);
}

}  // namespace
}  // namespace penstock::cli
