#include "app/config/retention_rules.h"

namespace penstock::app {

std::string check_retention_rule(const std::string& text) {
  const auto rule = store::parse_retention_rule(text);
  return rule ? std::string() : std::string(rule.error().reason);
}

std::vector<store::RetentionRule> retention_rules(const Config& config) {
  std::vector<store::RetentionRule> rules;
  for (const std::string& text : config.store.retain) {
    if (auto rule = store::parse_retention_rule(text)) rules.push_back(*std::move(rule));
  }
  return rules;
}

}  // namespace penstock::app
