#include "io/signals.h"

#include <csignal>
#include <utility>

#include "base/check.h"
#include "io/owned.h"

namespace penstock::io {

struct Signals::State {
  struct Watched {
    Owned<uv_signal_t> handle;
    std::function<void()> handler;
  };

  explicit State(Loop& borrowed_loop) : loop(borrowed_loop) {}

  Loop& loop;
  std::vector<std::unique_ptr<Watched>> watched;  // Behind pointers: handles point at them.
};

Signals::Signals(Loop& loop) : state_(std::make_unique<State>(loop)) {
  std::signal(SIGPIPE, SIG_IGN);
}

Signals::~Signals() = default;

void Signals::on(int signal_number, std::function<void()> handler) {
  auto watched = std::make_unique<State::Watched>();
  watched->handle.reset(new uv_signal_t());
  watched->handler = std::move(handler);
  PENSTOCK_CHECK(uv_signal_init(state_->loop.uv(), watched->handle.get()) == 0);
  watched->handle->data = watched.get();

  const auto on_signal = [](uv_signal_t* handle, int /*number*/) {
    static_cast<State::Watched*>(handle->data)->handler();
  };
  PENSTOCK_CHECK(uv_signal_start(watched->handle.get(), on_signal, signal_number) == 0);
  state_->watched.push_back(std::move(watched));
}

}  // namespace penstock::io
