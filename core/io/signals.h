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
  // Gives the signals their default effect back.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  void on(int signal_number, std::function<void()> handler);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace penstock::io
