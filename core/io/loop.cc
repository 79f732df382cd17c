#include "io/loop.h"

#include <csignal>
#include <mutex>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"

namespace penstock::io {
namespace {

struct PoolWork {
  uv_work_t request{};
  std::function<void()> work;
  std::function<void()> done;
};

void run_work(uv_work_t* request) { static_cast<PoolWork*>(request->data)->work(); }

void finish_work(uv_work_t* request, int /*status*/) {
  const std::unique_ptr<PoolWork> finished(static_cast<PoolWork*>(request->data));
  finished->done();
}

void close_if_open(uv_handle_t* handle, void* /*unused*/) {
  if (!uv_is_closing(handle)) uv_close(handle, nullptr);
}

}  // namespace

struct Loop::State {
  uv_loop_t uv;
  uv_async_t wakeup;
  uv_prepare_t before_sleep;
  uv_check_t after_input;
  uv_idle_t sleepless;  // While it runs the loop polls, and does not sleep.
  std::function<void()> end_of_turn;
  std::unique_ptr<char[]> read_buffer;

  std::mutex mutex;
  std::vector<std::function<void()>> posted;   // Guarded by `mutex`.
  std::vector<std::function<void()>> running;  // Keeps its capacity between turns.

  void run_posted();
  void run_end_of_turn() {
    if (end_of_turn) end_of_turn();
  }
  bool is_looking_again() const {
    return uv_is_active(reinterpret_cast<const uv_handle_t*>(&sleepless)) != 0;
  }
};

// Tasks that are posted meanwhile belong to the next turn, so that a task that posts itself again
// cannot starve the sockets.
void Loop::State::run_posted() {
  {
    const std::lock_guard lock(mutex);
    running.swap(posted);
  }
  for (std::function<void()>& task : running) task();
  running.clear();
}

Loop::Loop() : state_(std::make_unique<State>()) {
  std::signal(SIGPIPE, SIG_IGN);
  State& state = *state_;
  PENSTOCK_CHECK(uv_loop_init(&state.uv) == 0);
  state.uv.data = &state;

  const auto on_wakeup = [](uv_async_t* async) {
    static_cast<State*>(async->loop->data)->run_posted();
  };
  PENSTOCK_CHECK(uv_async_init(&state.uv, &state.wakeup, on_wakeup) == 0);

  // uv_check runs after the turn's input. Timers run before it, and their work would wait for the
  // next input if uv_prepare, which runs between them and the sleep, did not send it off.
  PENSTOCK_CHECK(uv_check_init(&state.uv, &state.after_input) == 0);
  PENSTOCK_CHECK(uv_prepare_init(&state.uv, &state.before_sleep) == 0);
  PENSTOCK_CHECK(uv_idle_init(&state.uv, &state.sleepless) == 0);
}

Loop::~Loop() {
  State& state = *state_;
  state.end_of_turn = nullptr;
  {
    const std::lock_guard lock(state.mutex);
    state.running.swap(state.posted);
  }
  state.running.clear();
  do {
    uv_walk(&state.uv, close_if_open, nullptr);
    uv_run(&state.uv, UV_RUN_DEFAULT);
  } while (uv_loop_close(&state.uv) == UV_EBUSY);
}

uv_loop_t* Loop::uv() { return &state_->uv; }

void Loop::run() { uv_run(&state_->uv, UV_RUN_DEFAULT); }

void Loop::stop() { uv_stop(&state_->uv); }

std::int64_t Loop::now_ms() const { return static_cast<std::int64_t>(uv_now(&state_->uv)); }

void Loop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(task));
  }
  uv_async_send(&state_->wakeup);
}

void Loop::run_in_pool(std::function<void()> work, std::function<void()> done) {
  auto pool_work = std::make_unique<PoolWork>();
  pool_work->work = std::move(work);
  pool_work->done = std::move(done);
  pool_work->request.data = pool_work.get();
  PENSTOCK_CHECK(uv_queue_work(&state_->uv, &pool_work->request, run_work, finish_work) == 0);
  static_cast<void>(pool_work.release());  // finish_work() takes it back.
}

void Loop::set_end_of_turn(std::function<void()> task) {
  State& state = *state_;
  state.end_of_turn = std::move(task);
  if (!state.end_of_turn) {
    uv_check_stop(&state.after_input);
    uv_prepare_stop(&state.before_sleep);
    uv_idle_stop(&state.sleepless);
    return;
  }
  uv_check_start(&state.after_input, [](uv_check_t* check) {
    auto* const self = static_cast<State*>(check->loop->data);
    uv_idle_stop(&self->sleepless);
    self->run_end_of_turn();
  });
  uv_prepare_start(&state.before_sleep, [](uv_prepare_t* prepare) {
    auto* const self = static_cast<State*>(prepare->loop->data);
    if (!self->is_looking_again()) self->run_end_of_turn();
  });
}

void Loop::look_again() {
  uv_idle_start(&state_->sleepless, [](uv_idle_t*) {});
}

std::span<char> Loop::read_buffer() {
  if (state_->read_buffer == nullptr) {
    // Not zeroed: only what was read is looked at.
    state_->read_buffer.reset(new char[kReadBufferBytes + kReadablePadding]);
  }
  return {state_->read_buffer.get(), kReadBufferBytes};
}

}  // namespace penstock::io
