// A password from whoever runs the command: never from the command line, which everyone on the
// machine can read.
#pragma once

#include <optional>
#include <string>

namespace penstock::cli {

// From a terminal: asked twice, without echo. Else the first line of standard input. Nullopt, with
// a message on standard error: nothing came, or the two differ.
std::optional<std::string> read_password();

}  // namespace penstock::cli
