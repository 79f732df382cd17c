// Runs schedules until one does not hold.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "base/function_ref.h"
#include "base/log.h"
#include "base/text.h"
#include "sim/virtual_time.h"

namespace penstock::sim {

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  const auto number = text == nullptr ? std::nullopt : parse_int(text);
  return number && *number >= 0 ? static_cast<std::uint64_t>(*number) : otherwise;
}

// PENSTOCK_SIM_SCHEDULES, where it is set.
inline std::uint64_t schedules_or(std::uint64_t otherwise) {
  return number_from("PENSTOCK_SIM_SCHEDULES", otherwise);
}

// What did not hold in the first schedule in which something did not, and its seed; "" for none.
// Seeds count from PENSTOCK_SEED.
inline std::string search(FunctionRef<std::string(std::uint64_t seed)> run,
                          std::uint64_t schedules) {
  start_log("sim", LogLevel::kError, LogFormat::kText);
  const std::uint64_t seed = number_from("PENSTOCK_SEED", 1);
  std::cout << "PENSTOCK_SEED=" << seed << '\n';
  const double begun = real_seconds();
  std::string found;
  std::uint64_t count = 0;
  while (found.empty() && count < schedules) found = run(seed + count++);
  const double seconds = real_seconds() - begun;
  if (!found.empty()) found += str_cat(" (PENSTOCK_SEED=", seed + count - 1, ")");
  std::cout << count << " schedules, " << static_cast<int>(static_cast<double>(count) / seconds)
            << " a second" << (found.empty() ? "" : ": ") << found << '\n';
  return found;
}

}  // namespace penstock::sim
