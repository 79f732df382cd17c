#include "io/timer.h"

#include <utility>

#include "base/check.h"

namespace penstock::io {
namespace {

// The call is made from a copy's place, because it may drop the timer and with it the function
// that is running. CloseLater clears `data` then.
void on_due(uv_timer_t* timer) {
  auto* place = static_cast<std::function<void()>*>(timer->data);
  std::function<void()> task = std::move(*place);
  task();
  if (timer->data != nullptr) *place = std::move(task);
}

}  // namespace

Timer::Timer(Loop& loop, std::function<void()> on_due)
    : timer_(new uv_timer_t()),
      on_due_(std::make_unique<std::function<void()>>(std::move(on_due))) {
  PENSTOCK_CHECK(uv_timer_init(loop.uv(), timer_.get()) == 0);
  timer_->data = on_due_.get();
}

void Timer::start_once(std::int64_t after_ms) {
  PENSTOCK_CHECK(after_ms >= 0);
  uv_timer_start(timer_.get(), io::on_due, static_cast<std::uint64_t>(after_ms), 0);
}

void Timer::start_every(std::int64_t period_ms) {
  PENSTOCK_CHECK(period_ms > 0);
  const auto period = static_cast<std::uint64_t>(period_ms);
  uv_timer_start(timer_.get(), io::on_due, period, period);
}

void Timer::cancel() { uv_timer_stop(timer_.get()); }

bool Timer::is_armed() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(timer_.get())) != 0;
}

}  // namespace penstock::io
