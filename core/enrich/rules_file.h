// uap-core's regexes.yaml, as far as it is used here.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace penstock::enrich {

struct Rule {
  std::string expression;
  std::string replacement;  // Of the family; empty: the first group.
  bool ignores_case = false;
};

struct RulesFile {
  std::vector<Rule> browsers;
  std::vector<Rule> systems;
  std::vector<Rule> devices;
};

// kConfiguration where the file is missing, no YAML, or not of uap-core's form.
Result<RulesFile> read_rules(const std::string& path);

}  // namespace penstock::enrich
