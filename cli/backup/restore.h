// `penstock store restore`: a backup becomes a state directory.
#pragma once

#include <string>

#include "app/config/config.h"

namespace penstock::cli {

struct RestoreArguments {
  std::string from;
  bool is_forced = false;   // What is there is moved aside, under another name; nothing is removed.
  bool is_partial = false;  // What is damaged or missing is left out.
};

// Returns the exit code: 0 restored, 1 not, or not all. Nothing is in its place before everything
// was read whole; a program that runs on the state directory is a refusal.
int restore(const RestoreArguments& arguments, const app::Config& config);

}  // namespace penstock::cli
