// Runs a command-line tool with some verbs inside a test, as a shell would see it.
#pragma once

#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/shared/command.h"

namespace penstock::cli {

struct Ran {
  int code;
  std::string out;
  std::string err;
};

// Standard input is `input`. Tests name their own state directory among `arguments`.
inline Ran run_tool(std::span<const AddVerb> verbs, const std::vector<std::string>& arguments,
                    const std::string& input = "") {
  std::FILE* file = std::tmpfile();
  std::fputs(input.c_str(), file);
  std::fflush(file);
  std::rewind(file);
  const int before = dup(STDIN_FILENO);
  dup2(fileno(file), STDIN_FILENO);

  std::vector<const char*> argv = {"penstock"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Ran ran{run(verbs, static_cast<int>(argv.size()), argv.data()), "", ""};
  ran.out = ::testing::internal::GetCapturedStdout();
  ran.err = ::testing::internal::GetCapturedStderr();

  dup2(before, STDIN_FILENO);
  close(before);
  std::fclose(file);
  return ran;
}

}  // namespace penstock::cli
