// Whether a user agent is a program and no person, from three sources: uap-core's device rules,
// npm's crawler-user-agents and a few words of our own.
//
// Bots are told by words in their names, and phones have names too ("ROBOT X1", "Zeal 5G").
// uap-core knows models: the first of its device rules that matches is what the user agent is, and
// a model's name is left out where bots are looked for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "enrich/rule_set.h"
#include "enrich/rules_file.h"

namespace penstock::enrich {

class BotFinder {
 public:
  // Without device rules only the other two sources are asked. kConfiguration for a rule that RE2
  // does not take.
  Result<void> load(const std::vector<Rule>& devices);

  // Requires load().
  bool is_bot(std::string_view user_agent);

  // Whether it names itself a bot in one of the usual ways. Much cheaper, and wrong more often.
  static bool has_bot_word(std::string_view user_agent);

 private:
  bool has_sign(std::string_view user_agent);

  RuleSet spiders_;  // The device rules that find a bot, without their order.
  RuleSet devices_;
  std::vector<std::string> models_;  // What each device rule calls the device, as in the file.
  RuleSet crawlers_;
  std::vector<std::string_view> groups_;
};

}  // namespace penstock::enrich
