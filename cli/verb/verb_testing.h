// Runs the tool with this room's verbs.
#pragma once

#include <string>
#include <vector>

#include "cli/shared/run_testing.h"
#include "cli/verb/verb.h"

namespace penstock::cli {

inline Ran run_tool(const std::vector<std::string>& arguments, const std::string& input = "") {
  static constexpr AddVerb kVerbs[] = {add_tail,  add_export, add_user,     add_key,
                                       add_queue, add_store,  add_protocols};
  return run_tool(kVerbs, arguments, input);
}

}  // namespace penstock::cli
