// Browser, system, kind of device and whether it is a bot, from a User-Agent header.
//
// Browser and system by uap-core's rules (its specification: the first rule in the file's order
// wins), bots by bots.h. User agents repeat, so answers are kept in a cache of bounded size; a hit
// costs one hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "enrich/bots.h"
#include "enrich/rule_set.h"
#include "enrich/text_arena.h"
#include "enrich/work_budget.h"

namespace penstock::enrich {

struct UserAgent {
  std::string_view browser;  // A family of uap-core: "Chrome Mobile", "Other"; "" without rules.
  std::string_view os;
  std::string_view device;  // "desktop", "mobile", "tablet", "tv", "bot" or "".
  bool is_bot = false;
};

class UserAgentParser {
 public:
  // kConfiguration where `rules_file` is missing, no YAML, or not of uap-core's form. Without a
  // file ("") only device and is_bot are found.
  static Result<std::unique_ptr<UserAgentParser>> open(const std::string& rules_file,
                                                       const WorkLimits& limits = {});

  // The views are into `texts`, or constants. The cache stays within its bound whatever comes: the
  // least recently used leaves first. A new user agent that the batch has no time left for is told
  // by a few words alone, has no browser and no system, and is counted.
  UserAgent parse(std::string_view user_agent, std::string_view source, TextArena& texts);

  // A new batch begins: time is there again.
  void renew() { budget_.renew(); }

  // How many were told by a few words alone.
  std::uint64_t unjudged() const { return unjudged_; }

  std::size_t cached() const { return entries_.size(); }

  static constexpr std::size_t kCachedMax = 8192;

 private:
  // What a rule's family is replaced with; empty: the first group.
  struct Families {
    RuleSet rules;
    std::vector<std::string> replacements;
  };
  struct Entry {
    std::string text;
    std::string browser;
    std::string os;
    std::string_view device;
    bool is_bot = false;
  };

  explicit UserAgentParser(const WorkLimits& limits) : budget_(limits) {}
  Result<void> load(const std::string& rules_file);
  Entry judge(std::string_view user_agent);
  UserAgent guess(std::string_view user_agent);
  std::string family(Families& families, std::string_view user_agent);

  bool has_rules_ = false;
  Families browsers_;
  Families systems_;
  BotFinder bots_;
  std::vector<std::string_view> groups_;

  WorkBudget budget_;
  std::uint64_t unjudged_ = 0;
  std::list<Entry> entries_;  // The most recently used first.
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
};

}  // namespace penstock::enrich
