// What a check of `penstock doctor` says.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/config/config.h"
#include "base/clock.h"

namespace penstock::cli {

enum class Verdict : std::uint8_t { kOk, kWarn, kFail };

struct Finding {
  Verdict verdict = Verdict::kOk;
  std::string what;   // A clause: "4.2 GB are free".
  std::string where;  // A file, an address or a setting; "" where `what` says it.
  std::string todo;   // What to do about it; "" for what is well.
};

// All that a check may look at.
struct Examined {
  const app::Config& config;
  const Clock& clock;
  app::ConfigSources sources;
};

// Gathers one check's findings.
class Findings {
 public:
  void ok(std::string what, std::string where = "") {
    add({Verdict::kOk, std::move(what), std::move(where), ""});
  }
  void warn(std::string what, std::string where, std::string todo) {
    add({Verdict::kWarn, std::move(what), std::move(where), std::move(todo)});
  }
  void fail(std::string what, std::string where, std::string todo) {
    add({Verdict::kFail, std::move(what), std::move(where), std::move(todo)});
  }
  void add(Finding finding) { list_.push_back(std::move(finding)); }

  const std::vector<Finding>& list() const { return list_; }

 private:
  std::vector<Finding> list_;
};

}  // namespace penstock::cli
