// What is wrong between settings each of which is well by itself, but for addresses (clashes.h).
#pragma once

#include <string>
#include <vector>

#include "app/config/config.h"

namespace penstock::app {

struct Contradiction {
  std::string setting;  // Its name: where to look first.
  std::string what;
};

std::vector<Contradiction> contradictions(const Config& config);

}  // namespace penstock::app
