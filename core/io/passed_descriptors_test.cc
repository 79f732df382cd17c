#include "io/passed_descriptors.h"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace penstock::io {
namespace {

using Names = std::vector<std::string>;

Names names(std::string_view pid, std::string_view count, std::string_view list) {
  const auto result = passed_names(pid, count, list, 42);
  return result ? *result : Names{"error", result.error().step};
}

TEST(PassedDescriptors, HaveNames) {
  EXPECT_EQ(names("42", "1", "a.socket"), Names{"a.socket"});
  EXPECT_EQ(names("42", "3", "a:b=127.0.0.1|80:"), (Names{"a", "b=127.0.0.1|80", ""}));
  EXPECT_EQ(names("42", "2", ""), (Names{"unknown", "unknown"}));
  EXPECT_EQ(names("42", "0", ""), Names{});
}

TEST(PassedDescriptors, AreNotTakenFromAnotherProcess) {
  EXPECT_EQ(names("41", "2", "a:b"), Names{});
  EXPECT_EQ(names("41", "nonsense", ""), Names{});  // Nor is it our business.
  EXPECT_EQ(names("", "2", "a:b"), Names{});
  EXPECT_EQ(names("42", "", "a:b"), Names{});
}

TEST(PassedDescriptors, VariablesThatAreWrongAreRefused) {
  for (const auto& [pid, count, list] : {
           std::tuple{"x", "1", ""},
           std::tuple{"-42", "1", ""},
           std::tuple{"0", "1", ""},
           std::tuple{"42", "x", ""},
           std::tuple{"42", "-1", ""},
           std::tuple{"42", "4097", ""},
           std::tuple{"42", "99999999999999999999", ""},
           std::tuple{"42", "2", "a"},
           std::tuple{"42", "1", "a:b"},
           std::tuple{"42", "0", "a"},
       }) {
    const auto result = passed_names(pid, count, list, 42);
    ASSERT_FALSE(result) << pid << " " << count << " " << list;
    EXPECT_EQ(result.error().code, ErrorCode::kConfiguration);
  }
}

// In a child, because descriptor 3 is somebody else's here.
template <class Check>
void in_child(Check check) {
  const pid_t pid = ::fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) ::_exit(check());
  int status = -1;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0) << "step " << WEXITSTATUS(status);
}

void say(const std::string& pid, const char* count, const char* list) {
  ::setenv("LISTEN_PID", pid.c_str(), 1);
  ::setenv("LISTEN_FDS", count, 1);
  ::setenv("LISTEN_FDNAMES", list, 1);
}

TEST(PassedDescriptors, AreTakenOnceAndNotInherited) {
  in_child([] {
    const int null = ::open("/dev/null", O_RDONLY);
    if (::dup2(null, 3) != 3 || ::dup2(null, 4) != 4) return 1;
    say(std::to_string(::getpid()), "2", "a:b");
    const auto passed = take_passed_descriptors();
    if (!passed || passed->size() != 2) return 2;
    if ((*passed)[0].fd.get() != 3 || (*passed)[1].fd.get() != 4) return 3;
    if ((*passed)[0].name != "a" || (*passed)[1].name != "b") return 4;
    if ((::fcntl(4, F_GETFD) & FD_CLOEXEC) == 0) return 5;
    if (::getenv("LISTEN_PID") != nullptr || ::getenv("LISTEN_FDS") != nullptr) return 6;
    const auto again = take_passed_descriptors();
    return again && again->empty() ? 0 : 7;
  });
}

TEST(PassedDescriptors, MissingOnesAreAnError) {
  in_child([] {
    if (::close_range(3, ~0u, 0) != 0) return 1;
    say(std::to_string(::getpid()), "1", "a");
    const auto passed = take_passed_descriptors();
    return !passed && passed.error().code == ErrorCode::kConfiguration ? 0 : 2;
  });
}

TEST(PassedDescriptors, ThoseOfAnotherProcessAreLeftAlone) {
  in_child([] {
    if (::dup2(::open("/dev/null", O_RDONLY), 3) != 3) return 1;
    say("1", "1", "a");
    const auto passed = take_passed_descriptors();
    if (!passed || !passed->empty()) return 2;
    if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0) return 3;
    return ::getenv("LISTEN_PID") == nullptr ? 0 : 4;
  });
}

}  // namespace
}  // namespace penstock::io
