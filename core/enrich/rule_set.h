// An ordered list of regular expressions of which the first that matches wins.
//
// Trying hundreds of expressions one after the other takes milliseconds. RE2 tells for each which
// literal words a match must contain; one pass over the text finds the words, and only expressions
// whose words are all there are tried.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::enrich {

class RuleSet {
 public:
  RuleSet();
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

  // Rules are numbered from 0 in the order of these calls. kConfiguration for an expression that
  // RE2 does not take. Requires that compile() was not called.
  Result<void> add(const std::string& expression, bool ignores_case);

  // Requires to be called once, before first_match().
  Result<void> compile();

  // The number of the first rule that matches somewhere in `text`, or -1. Captured groups 1 to 9 go
  // to `groups`, views into `text`; a group that took no part is empty. Not for several threads.
  int first_match(std::string_view text, std::vector<std::string_view>& groups);

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace penstock::enrich
