#include "app/process/watchdog.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "app/process/service_notify.h"
#include "base/text.h"

namespace penstock::app {
namespace {

// systemd asks for twice a period at least.
constexpr std::int64_t kTicksPerPeriod = 4;

std::int64_t number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : parse_int(text).value_or(0);
}

}  // namespace

// Outlives the watchdog in the answers that are under way. One that comes late counts for the round
// that it comes in: the part works.
struct Watchdog::Round {
  explicit Round(std::size_t parts) : has_answered(parts) {}
  std::vector<std::atomic<bool>> has_answered;
};

std::int64_t Watchdog::period_ms() {
  const std::int64_t pid = number_in("WATCHDOG_PID");
  if (pid != 0 && pid != getpid()) return 0;  // Meant for who started us.
  return std::max<std::int64_t>(0, number_in("WATCHDOG_USEC") / 1'000);
}

Watchdog::Ask Watchdog::of(io::Loop& loop) {
  return [&loop](std::function<void()> answer) { loop.post(std::move(answer)); };
}

Watchdog::Watchdog(io::Loop& loop, std::vector<Ask> parts, std::int64_t period_ms)
    : parts_(std::move(parts)),
      round_(std::make_shared<Round>(parts_.size())),
      timer_(loop, [this] { tick(); }) {
  if (period_ms > 0) timer_.start_every(std::max<std::int64_t>(1, period_ms / kTicksPerPeriod));
}

void Watchdog::tick() {
  auto& answers = round_->has_answered;
  if (std::all_of(answers.begin(), answers.end(),
                  [](const auto& answer) { return answer.load(); })) {
    notify_service("WATCHDOG=1");
    for (auto& answer : answers) answer.store(false);
  }
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!answers[i].load()) parts_[i]([round = round_, i] { round->has_answered[i].store(true); });
  }
}

}  // namespace penstock::app
