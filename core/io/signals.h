// Unix signals as calls on a loop.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "io/loop.h"

namespace penstock::io {

class Signals {
 public:
  // Borrows `loop`. Also ignores SIGPIPE.
  explicit Signals(Loop& loop);
  ~Signals();

  void on(int signal_number, std::function<void()> handler);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::io
