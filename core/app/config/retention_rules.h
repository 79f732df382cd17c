// store.retain as the store takes it.
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"
#include "store/contract/retention_rule.h"

namespace penstock::app {

// What is wrong with one rule's text, as the end of a sentence; "" for a good one.
std::string check_retention_rule(const std::string& text);

// Of a configuration that was checked.
std::vector<store::RetentionRule> retention_rules(const Config& config);

}  // namespace penstock::app
