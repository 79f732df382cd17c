// A host's name that the system's resolver does not answer until it is told to.
#pragma once

namespace penstock::testing {

// Is answered with 127.0.0.1. One at a time.
class HeldName {
 public:
  static constexpr const char* kName = "held.penstock.test";
  HeldName();
  HeldName(const HeldName&) = delete;
  HeldName& operator=(const HeldName&) = delete;
  ~HeldName();  // Releases.
  void release();
};

}  // namespace penstock::testing
