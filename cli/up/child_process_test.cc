#include "cli/up/child_process.h"

#include <csignal>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace penstock::cli {
namespace {

int run_to_end(const ChildCommand& command) {
  const auto pid = spawn(command);
  EXPECT_TRUE(pid);
  int status = -1;
  EXPECT_EQ(waitpid(*pid, &status, 0), *pid);
  return status;
}

ChildCommand shell(const std::string& script) { return {"sh", {"-c", script}, {}}; }

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ChildProcess, RunsAProgramWithItsArguments) {
  EXPECT_EQ(end_text(run_to_end(shell("exit 3"))), "exit 3");
  EXPECT_EQ(end_text(run_to_end(shell("kill -9 $$"))), "signal 9");
}

TEST(ChildProcess, AddsToTheEnvironmentAndReplacesInIt) {
  setenv("PENSTOCK_TEST_KEPT", "kept", 1);
  setenv("PENSTOCK_TEST_REPLACED", "old", 1);
  ChildCommand command = shell("test \"$PENSTOCK_TEST_KEPT$PENSTOCK_TEST_REPLACED\" = keptnew");
  command.environment = {"PENSTOCK_TEST_REPLACED=new"};
  EXPECT_EQ(end_text(run_to_end(command)), "exit 0");
}

TEST(ChildProcess, HasAGroupOfItsOwnAndNoInput) {
  const testing::TempDir dir;
  EXPECT_EQ(run_to_end(shell("cut -d' ' -f5 /proc/$$/stat > " + dir.path("group") + "; cat > " +
                             dir.path("input"))),
            0);
  EXPECT_NE(text_of(dir.path("group")), std::to_string(getpgrp()) + "\n");
  EXPECT_EQ(text_of(dir.path("input")), "");
}

// The supervisor blocks signals to wait for them; a child with them blocked could not be stopped.
TEST(ChildProcess, StartsWithSignalsUnblocked) {
  sigset_t term;
  sigset_t before;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, &before);
  EXPECT_EQ(end_text(run_to_end(shell("kill -TERM $$; exit 0"))), "signal 15");
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

// As systemd would pass them, and with the child's own process id: 3 and 4 are two files here, and
// the descriptors of the test stand in each other's way.
TEST(ChildProcess, PassesDescriptorsOn) {
  const testing::TempDir dir;
  std::ofstream(dir.path("a")) << "one";
  std::ofstream(dir.path("b")) << "two";
  const int saved[] = {dup(3), dup(4)};  // Whatever the test's runner has there.
  const auto open_at = [](const std::string& path, int place) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int away = fcntl(fd, F_DUPFD_CLOEXEC, 20);
    close(fd);
    ASSERT_EQ(dup3(away, place, O_CLOEXEC), place);
    close(away);
  };
  open_at(dir.path("a"), 4);
  open_at(dir.path("b"), 3);
  setenv("LISTEN_FDNAMES", "stale", 1);
  ChildCommand command = shell(
      "test $LISTEN_PID = $$ && test $LISTEN_FDS = 2 && test $LISTEN_FDNAMES = a:b && "
      "test \"$(cat <&3)$(cat <&4)\" = onetwo");
  command.descriptors = {{4, "a"}, {3, "b"}};
  EXPECT_EQ(end_text(run_to_end(command)), "exit 0");
  unsetenv("LISTEN_FDNAMES");
  for (int i = 0; i < 2; ++i) {
    if (saved[i] >= 0) dup2(saved[i], 3 + i);
  }
}

TEST(ChildProcess, SaysNothingOfDescriptorsWhereThereAreNone) {
  EXPECT_EQ(end_text(run_to_end(shell("test -z \"$LISTEN_PID$LISTEN_FDS\""))), "exit 0");
}

TEST(ChildProcess, EndsWith127WhereThereIsNoProgram) {
  EXPECT_EQ(end_text(run_to_end({"/nonexistent/program", {}, {}})), "exit 127");
}

TEST(ChildProcess, FindsWhatIsBesideThisProgram) {
  EXPECT_EQ(find_program("no-such-program"), "no-such-program");
  const std::string own = find_program("cli_test");
  EXPECT_EQ(own.back(), 't');
}

}  // namespace
}  // namespace penstock::cli
