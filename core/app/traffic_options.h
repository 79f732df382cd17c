// [traffic] as the intake takes it: with the networks of its files.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "app/config/contradictions.h"
#include "intake/traffic_rules.h"

namespace penstock::app {

// Nullptr where no rule is set. What is wrong with a file is told by the setting that names it.
std::shared_ptr<const intake::TrafficRules> traffic_rules(const Config& config,
                                                          std::vector<Contradiction>& faults);

// For --check, a start and a reload of the intake ("" for the command line).
void check_traffic_files(std::string_view program, LoadedConfig& loaded);

}  // namespace penstock::app
