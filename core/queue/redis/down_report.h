// What the log says of a Redis that cannot be reached: that it is so, once, and that it has passed.
// What a person has to change is told also where it comes behind something else.
#pragma once

#include <string>

#include "base/error.h"

namespace penstock::queue {

class DownReport {
 public:
  void add_failure(const std::string& address, const Error& error);
  void set_up(const std::string& address);

 private:
  std::string told_;  // "": nothing is the matter.
};

}  // namespace penstock::queue
