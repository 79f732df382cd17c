#include "cli/verb/password_prompt.h"

#include <cstdio>

#include <gtest/gtest.h>
#include <unistd.h>

namespace penstock::cli {
namespace {

std::optional<std::string> read_from(const char* input) {
  std::FILE* file = std::tmpfile();
  std::fputs(input, file);
  std::rewind(file);
  const int before = dup(STDIN_FILENO);
  dup2(fileno(file), STDIN_FILENO);
  ::testing::internal::CaptureStderr();
  auto password = read_password();
  ::testing::internal::GetCapturedStderr();
  dup2(before, STDIN_FILENO);
  close(before);
  std::fclose(file);
  return password;
}

TEST(PasswordPrompt, TakesTheFirstLineOfItsInput) {
  EXPECT_EQ(read_from("correct horse\nbattery\n"), "correct horse");
  EXPECT_EQ(read_from("no line's end"), "no line's end");
}

TEST(PasswordPrompt, TakesNothingForNothing) {
  EXPECT_EQ(read_from(""), std::nullopt);
  EXPECT_EQ(read_from("\n"), std::nullopt);
}

}  // namespace
}  // namespace penstock::cli
